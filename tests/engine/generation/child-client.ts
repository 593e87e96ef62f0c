import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LoadSettings } from '../../../src-main/contract/plan.contract.ts';
import { ProblemError } from '../../../src-main/contract/problem.ts';
import type {
  ChildMethod,
  ChildMethods,
  ChildProgress,
  ChildRole,
  FromChild,
  GenerateParams,
  LoadWish,
  PromptMessage,
  ToChild,
} from '../../../src-main/services/engine-host/protocol.ts';

const root = join(import.meta.dirname, '../../..');
export const builtInModel = join(root, 'resources/models/nibble-tiny-f16.gguf');

export const tinySettings: LoadSettings = {
  gpuLayers: 0,
  contextSize: 2048,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 1,
};

export interface HeartbeatLine {
  mainTicks: number;
  progress: number;
  cpuMs: number;
}

export interface PendingRequest<M extends ChildMethod> {
  result: Promise<ChildMethods[M]['result']>;
  cancel(): void;
}

/** A real child process, spoken to as the host does. */
export class ChildClient implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly exited: Promise<unknown>;
  stderr = '';
  #nextId = 1;
  readonly #waiting = new Map<
    number,
    {
      onProgress: (progress: ChildProgress) => void;
      resolve: (result: never) => void;
      reject: (error: Error) => void;
    }
  >();

  private constructor(role: ChildRole, execArgv: readonly string[]) {
    this.process = spawn(process.execPath, [...execArgv, join(root, 'src-main/engine/child.ts'), role], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
    });
    this.exited = once(this.process, 'exit');
    this.process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.process.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the child ended (${code ?? signal}): ${this.stderr}`));
    });
    this.process.on('message', (message: FromChild) => this.#receive(message));
  }

  static async start(role: ChildRole = 'engine', execArgv: readonly string[] = []): Promise<ChildClient> {
    const client = new ChildClient(role, execArgv);
    await once(client.process, 'message'); // ready
    return client;
  }

  request<M extends ChildMethod>(
    method: M,
    params: ChildMethods[M]['params'],
    onProgress: (progress: ChildProgress) => void = () => undefined,
  ): PendingRequest<M> {
    const id = this.#nextId++;
    const result = new Promise<ChildMethods[M]['result']>((resolve, reject) => {
      this.#waiting.set(id, { onProgress, resolve, reject });
    });
    this.#send({ type: 'request', id, method, params });
    return { result, cancel: () => this.#send({ type: 'cancel', id }) };
  }

  load(path = builtInModel, settings: Partial<LoadWish> = {}) {
    return this.request('load', { path, settings: { ...tinySettings, ...settings } }).result;
  }

  generate(
    messages: PromptMessage[],
    params: Partial<Omit<GenerateParams, 'messages'>> = {},
    onProgress?: (progress: ChildProgress) => void,
  ) {
    return this.request('generate', greedy(messages, params), onProgress);
  }

  async *heartbeat(): AsyncGenerator<HeartbeatLine, undefined> {
    for await (const line of createInterface({ input: this.process.stdio[4] as Readable })) {
      yield JSON.parse(line) as HeartbeatLine;
    }
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.connected) this.process.disconnect();
    await this.exited;
  }

  #send(message: ToChild): void {
    this.process.send(message);
  }

  #receive(message: FromChild): void {
    if (message.type === 'ready') return;
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) throw new Error(`an answer to no request: ${JSON.stringify(message)}`);
    if (message.type === 'progress') return waiting.onProgress(message.progress);
    this.#waiting.delete(message.id);
    if (message.type === 'result') waiting.resolve(message.result as never);
    else waiting.reject(new ProblemError(message.problem));
  }
}

export function greedy(
  messages: PromptMessage[],
  params: Partial<Omit<GenerateParams, 'messages'>> = {},
): GenerateParams {
  const sampling = { temperature: 0, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1 };
  return { messages, sampling, seed: 1, maxTokens: null, ...params };
}

export function user(text: string): PromptMessage {
  return { role: 'user', text };
}
export function assistant(text: string): PromptMessage {
  return { role: 'assistant', text };
}
export function system(text: string): PromptMessage {
  return { role: 'system', text };
}
