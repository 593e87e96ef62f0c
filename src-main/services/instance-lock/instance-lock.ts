import { realpathSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describeProblem, problemError, ProblemError } from '../../contract/problem.ts';
import { preparePrivateFolder } from '../store/private-files.ts';
import { tryLockFile, type FileLock } from './file-lock.ts';
import { newSecret, readAddress, removeAddress, socketCandidates, writeAddress } from './instance-address.ts';
import { ask, listen, type RunningInstance } from './instance-socket.ts';

/** A Nibble that is just closing or starting gets this long to end or to answer. */
const PATIENCE_MS = 2000;
const RETRY_MS = 50;

export type { RunningInstance };

export interface InstanceLockOptions {
  /** Another Nibble was started with this data folder and has ended for this one: come to the front. */
  onSecondInstance?: () => void;
}

export interface InstanceLock {
  /** Tells second instances where this one is shown. May hold a token: only the same user gets it. */
  setUrl(url: string): void;
  /** May be called more than once. */
  release(): Promise<void>;
}

export class AlreadyRunningError extends ProblemError {
  /** What the running instance said; only its process id when it did not answer; null when not even that is known. */
  readonly instance: RunningInstance | null;

  constructor(dataDir: string, instance: RunningInstance | null) {
    super(describeProblem('app.alreadyRunning', { path: dataDir }));
    this.name = 'AlreadyRunningError';
    this.instance = instance;
  }
}

/**
 * Makes this process the only Nibble of a data folder, or throws `AlreadyRunningError` after asking the one that runs
 * to show itself. The lock alone decides, and it ends with its process; the socket is a courtesy that may fail.
 */
export async function acquireInstanceLock(
  dataDir: string,
  options: InstanceLockOptions = {},
): Promise<InstanceLock> {
  const folder = preparedFolder(dataDir);
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = lockOrProblem(folder);
    if (lock !== null) return hold(folder, lock, options);
    const address = readAddress(folder);
    const instance = address === null ? null : await ask(address);
    if (instance !== null) throw new AlreadyRunningError(dataDir, instance);
    if (performance.now() > deadline) {
      throw new AlreadyRunningError(dataDir, address === null ? null : { pid: address.pid });
    }
    await wait(RETRY_MS);
  }
}

function preparedFolder(dataDir: string): string {
  try {
    preparePrivateFolder(dataDir);
    return realpathSync(dataDir);
  } catch (error) {
    throw notWritable(dataDir, error);
  }
}

function lockOrProblem(folder: string): FileLock | null {
  try {
    return tryLockFile(join(folder, 'instance.lock'));
  } catch (error) {
    throw notWritable(folder, error);
  }
}

async function hold(folder: string, lock: FileLock, options: InstanceLockOptions): Promise<InstanceLock> {
  let url: string | undefined;
  let released: Promise<void> | null = null;
  const onAsked = () => {
    options.onSecondInstance?.();
    return { pid: process.pid, ...(url === undefined ? {} : { url }) };
  };
  const server = await serve(folder, onAsked);
  return {
    setUrl: (value) => {
      url = value;
    },
    release: () => (released ??= letGo(folder, lock, server)),
  };
}

async function letGo(folder: string, lock: FileLock, server: Server | null): Promise<void> {
  if (server !== null) await new Promise((resolve) => server.close(resolve));
  removeAddress(folder);
  lock.release();
}

/** Null when nobody can ask: on a full disk, or where no socket can be made. Nibble runs all the same. */
async function serve(folder: string, onAsked: () => RunningInstance): Promise<Server | null> {
  const secret = newSecret();
  let server: Server | null = null;
  try {
    removeAddress(folder);
    for (const socket of socketCandidates(folder)) {
      server = await listen(socket, secret, onAsked);
      if (server === null) continue;
      writeAddress(folder, { pid: process.pid, socket, secret });
      return server;
    }
  } catch {
    server?.close();
  }
  return null;
}

function notWritable(path: string, error: unknown): ProblemError {
  const reason = error instanceof Error ? error.message : String(error);
  return problemError('store.notWritable', { path, reason }, error);
}
