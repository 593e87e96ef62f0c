import { Worker } from 'node:worker_threads';
import { problemError, ProblemError } from '../../contract/problem.ts';
import type { OperationName } from './operations.ts';
import type { StoreLog } from './store.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './worker-protocol.ts';

/** Signal Desktop's line for a query that a person might feel. */
const SLOW_CALL_MS = 40;

export interface StoreThreadOptions {
  dataDir: string;
  log: StoreLog;
  workerFile: string;
  /** Called once, however the thread ended. */
  onExit: () => void;
}

interface PendingCall {
  name: OperationName;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** One worker thread and the calls it has not answered. If it dies, they fail: none waits for ever. */
export class StoreThread {
  readonly #options: StoreThreadOptions;
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingCall>();
  readonly #opened = Promise.withResolvers<undefined>();
  readonly #closed = Promise.withResolvers<undefined>();
  #nextId = 1;
  #reason = 'the thread of the database ended';

  private constructor(options: StoreThreadOptions) {
    this.#options = options;
    const workerData: WorkerOptions = { dataDir: options.dataDir };
    // Node's own flags (test runners, debuggers) are not the thread's business.
    this.#worker = new Worker(options.workerFile, { workerData, execArgv: [], name: 'store' });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#reason = String(error);
    });
    this.#worker.on('exit', () => this.#exited());
    // Whoever closes waits for it; a thread that nobody closes has nobody to tell.
    this.#closed.promise.catch(() => undefined);
  }

  /** Resolves once the database is open and its schema up to date; rejects with the problem otherwise. */
  static async start(options: StoreThreadOptions): Promise<StoreThread> {
    const thread = new StoreThread(options);
    await thread.#opened.promise;
    return thread;
  }

  call(name: OperationName, args: unknown): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = this.#nextId++;
    this.#post({ type: 'call', id, name, args });
    this.#pending.set(id, { name, resolve, reject });
    return promise;
  }

  /** Lets the calls before it finish, empties the log and ends the thread. */
  close(): Promise<void> {
    this.#post({ type: 'close' });
    return this.#closed.promise;
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'opened':
        if (message.migrated !== null) {
          this.#options.log.info('the database was brought up to date', { ...message.migrated });
        }
        return this.#opened.resolve(undefined);
      case 'refused':
        return this.#opened.reject(new ProblemError(message.problem));
      case 'result':
        return this.#settle(message, ({ resolve }) => resolve(message.result));
      case 'problem': {
        const cause = message.detail;
        return this.#settle(message, ({ reject }) => reject(new ProblemError(message.problem, { cause })));
      }
      case 'closed':
        if (message.problem !== null) {
          // Nothing is lost: what is in the log is read from there at the next start.
          const { code, why } = message.problem;
          this.#options.log.warn('the log of the database could not be emptied', { code, why });
        }
        return this.#closed.resolve(undefined);
      default:
        message satisfies never;
    }
  }

  #settle({ id, durationMs }: { id: number; durationMs: number }, settle: (call: PendingCall) => void): void {
    const call = this.#pending.get(id);
    if (call === undefined) return;
    this.#pending.delete(id);
    if (durationMs > SLOW_CALL_MS) {
      this.#options.log.warn('a call to the database was slow', {
        operation: call.name,
        durationMs: Math.round(durationMs),
      });
    }
    settle(call);
  }

  #exited(): void {
    const error = problemError('store.failed', { reason: this.#reason, path: this.#options.dataDir });
    this.#opened.reject(error);
    this.#closed.reject(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#options.onExit();
  }
}
