import { Worker } from 'node:worker_threads';
import { problemError, ProblemError } from '../../../contract/problem.ts';
import { entryFile } from '../../entry-files.ts';
import type { Logger } from '../../logging/logger.ts';
import type { CallName, FromWorker, ToWorker, WorkerCalls } from './protocol.ts';

type FoundMessage = Extract<FromWorker, { type: 'found' }>;

export interface LibraryThreadOptions {
  log: Logger;
  /** Something at the place of that path has changed. */
  onChanged: (path: string) => void;
}

interface PendingCall {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  found: ((message: FoundMessage) => void) | undefined;
}

/**
 * The thread that reads and watches, started with the first call. Should it die, its calls fail, and the next call starts it
 * again; what was watched is then told anew by whoever calls.
 */
export class LibraryThread {
  readonly #options: LibraryThreadOptions;
  readonly #pending = new Map<number, PendingCall>();
  #worker: Worker | null = null;
  #nextId = 1;

  constructor(options: LibraryThreadOptions) {
    this.#options = options;
  }

  call<Name extends CallName>(
    name: Name,
    args: WorkerCalls[Name]['args'],
    found?: (message: FoundMessage) => void,
  ): Promise<WorkerCalls[Name]['result']> {
    const { promise, resolve, reject } = Promise.withResolvers<WorkerCalls[Name]['result']>();
    const id = this.#nextId++;
    this.#pending.set(id, { resolve, reject, found });
    const message = { type: 'call', id, name, args } as ToWorker;
    const worker = this.#started();
    // An idle thread does not keep the program alive; one that works does.
    worker.ref();
    worker.postMessage(message);
    return promise;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    // Node's own flags (test runners, debuggers) are not the thread's business.
    const worker = new Worker(entryFile('library-worker'), { execArgv: [], name: 'library' });
    let reason = 'the thread that reads models ended';
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (error) => {
      reason = String(error);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      for (const { reject } of this.#pending.values()) reject(problemError('library.failed', { reason }));
      this.#pending.clear();
    });
    this.#worker = worker;
    return worker;
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'found':
        return this.#pending.get(message.id)?.found?.(message);
      case 'result':
        return this.#settle(message.id, ({ resolve }) => resolve(message.result as never));
      case 'problem': {
        const { problem, detail } = message;
        if (detail !== '') this.#options.log.error('reading models failed', { reason: detail });
        return this.#settle(message.id, ({ reject }) => reject(new ProblemError(problem)));
      }
      case 'changed':
        return this.#options.onChanged(message.path);
      case 'unwatched': {
        const { path, reason } = message;
        return this.#options.log.warn('a folder cannot be watched', { path, reason });
      }
      default:
        message satisfies never;
    }
  }

  #settle(id: number, settle: (call: PendingCall) => void): void {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker?.unref();
    if (call) settle(call);
  }
}
