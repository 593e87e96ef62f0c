import { problemError } from '../../contract/problem.ts';
import { entryFile } from '../entry-files.ts';
import type { OperationName, StoreCalls } from './operations.ts';
import { StoreThread } from './store-thread.ts';

export interface StoreLog {
  info: (message: string, details: Record<string, unknown>) => void;
  warn: (message: string, details: Record<string, unknown>) => void;
}

export interface StoreOptions {
  dataDir: string;
  log?: StoreLog;
  /** What the thread runs; Nibble's own unless a test puts something around it. */
  workerFile?: string;
}

const silent: StoreLog = { info: () => undefined, warn: () => undefined };

/**
 * The database of one data folder, in a thread of its own that starts with the first call: SQLite never blocks main,
 * and its native module is not loaded before it is needed. Whatever goes wrong arrives as a `ProblemError` with a
 * `store.…` code. A thread that could not open the file or has died is started again by the next call.
 */
export class Store {
  /** Every operation of `operations.ts`, by its name. */
  readonly run: StoreCalls;
  readonly #options: StoreOptions;
  #thread: Promise<StoreThread> | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.run = new Proxy({} as StoreCalls, {
      get: (_, name) => {
        // `run` may be the result of an async function, which asks it for `then`.
        if (typeof name === 'symbol' || name === 'then') return undefined;
        return (args: unknown) => this.#call(name as OperationName, args);
      },
    });
  }

  /** Opens the database now instead of at the first call. */
  async open(): Promise<void> {
    await this.#started();
  }

  /** Lets the calls so far finish. Later calls are refused. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #call(name: OperationName, args: unknown): Promise<unknown> {
    const thread = await this.#started();
    return thread.call(name, args);
  }

  #started(): Promise<StoreThread> {
    if (this.#closing !== null) {
      const reason = 'Nibble is closing';
      return Promise.reject(problemError('store.failed', { reason, path: this.#options.dataDir }));
    }
    this.#thread ??= this.#start();
    return this.#thread;
  }

  #start(): Promise<StoreThread> {
    const { dataDir, log = silent, workerFile = entryFile('store-worker') } = this.#options;
    const started = StoreThread.start({
      dataDir,
      log,
      workerFile,
      onExit: () => {
        if (this.#thread === started) this.#thread = null;
      },
    });
    started.catch(() => {
      if (this.#thread === started) this.#thread = null;
    });
    return started;
  }

  async #close(): Promise<void> {
    const thread = await this.#thread?.catch(() => null);
    await thread?.close();
  }
}
