import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { problemError } from '../../contract/problem.ts';
import { entryFile } from '../entry-files.ts';
import type { FromHashWorker, ToHashWorker } from './hash-protocol.ts';

const PART_BYTES = 16 * 1024 * 1024;
/** It holds one buffer and nothing else. */
const MAX_HEAP_MB = 16;

type Call = ToHashWorker & { id: number };

/** The checksum of a file that grows from its beginning. Close it, or its thread stays. */
export class FileHash implements AsyncDisposable {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<FromHashWorker>>();
  readonly #exited: Promise<void>;
  /** Why there will be no answer any more. */
  #failure: Error | null = null;
  #nextId = 1;

  constructor(path: string) {
    this.#path = path;
    this.#worker = new Worker(entryFile('hash-worker'), {
      workerData: { path },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker.on('message', (answer: FromHashWorker) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
    });
    this.#worker.on('error', (error: Error) => this.#end(error));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end(new Error('the thread has ended'));
        resolve();
      });
    });
  }

  /** Adds the next part. False where its bytes are not those of `crc`; then nothing was added. */
  async add(start: number, length: number, crc: number | null): Promise<boolean> {
    const answer = await this.#call({ type: 'part', id: this.#nextId++, start, length, crc });
    return 'good' in answer && answer.good;
  }

  /** Of everything that was added so far, in hexadecimal. */
  async digest(): Promise<string> {
    const answer = await this.#call({ type: 'digest', id: this.#nextId++ });
    return 'digest' in answer ? answer.digest : '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#worker.postMessage({ type: 'close' } satisfies ToHashWorker);
    await this.#exited;
  }

  async #call(message: Call): Promise<FromHashWorker> {
    if (this.#failure) throw this.#failure;
    const waiting = Promise.withResolvers<FromHashWorker>();
    this.#waiting.set(message.id, waiting);
    this.#worker.postMessage(message);
    const answer = await waiting.promise;
    if ('failed' in answer) {
      throw problemError('model.unreadable', { path: this.#path, reason: answer.failed });
    }
    return answer;
  }

  #end(error: Error): void {
    const reason = (error as NodeJS.ErrnoException).code ?? error.message;
    this.#failure ??= problemError('model.unreadable', { path: this.#path, reason }, error);
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** SHA-256 of a file that is complete. `onProgress` gets the bytes that have been read. */
export async function hashFile(
  path: string,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: (bytes: number) => void } = {},
): Promise<string> {
  const { size } = await stat(path);
  await using hash = new FileHash(path);
  for (let start = 0; start < size; start += PART_BYTES) {
    signal?.throwIfAborted();
    const length = Math.min(PART_BYTES, size - start);
    if (!(await hash.add(start, length, null))) {
      throw problemError('model.unreadable', { path, reason: 'it became shorter meanwhile' });
    }
    onProgress?.(start + length);
  }
  return hash.digest();
}
