import type { Clock } from '../../base/clock.ts';
import { entryFile } from '../entry-files.ts';
import type { Logger } from '../logging/logger.ts';
import { ChildExitError, ChildProcess } from './child-process.ts';
import type { ChildMethods } from './protocol.ts';
import { systemClock } from './system-clock.ts';

const TIMEOUT_MS = 10_000;

export type ProbeMethod = 'hardware' | 'simulate' | 'benchmark';

/** A probe that crashed, hung or took too long. It costs what was asked for, never the app. */
export class ProbeError extends Error {
  /** A sentence without its full stop. */
  readonly reason: string;

  constructor(method: ProbeMethod, reason: string, cause: unknown) {
    super(`probe ${method}: ${reason}`, { cause });
    this.name = 'ProbeError';
    this.reason = reason;
  }
}

export interface ProbeOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  log: Logger;
  clock?: Clock;
  childEntry?: string;
}

export type AskProbe = <M extends ProbeMethod>(
  method: M,
  params: ChildMethods[M]['params'],
) => Promise<ChildMethods[M]['result']>;

/**
 * Asks one question in a process of its own, which is gone when the promise settles. Rejects with `ProbeError`, with
 * the problem that the probe answered, or with the signal's reason.
 */
export function runProbe<M extends ProbeMethod>(
  method: M,
  params: ChildMethods[M]['params'],
  options: ProbeOptions,
): Promise<ChildMethods[M]['result']> {
  return useProbe(options, (ask) => ask(method, params));
}

/** The same for several questions to one process, one after the other. The time limit is that of all of them together. */
export async function useProbe<T>(options: ProbeOptions, work: (ask: AskProbe) => Promise<T>): Promise<T> {
  const { timeoutMs = TIMEOUT_MS, signal, log, clock = systemClock } = options;
  signal?.throwIfAborted();
  const entry = options.childEntry ?? entryFile('engine-child');
  const child = new ChildProcess({ role: 'probe', entry, log, clock });
  let timedOut = false as boolean;
  const cancelTimeout = clock.schedule(timeoutMs, () => {
    timedOut = true;
    void child.kill();
  });
  const onAbort = () => void child.kill();
  signal?.addEventListener('abort', onAbort, { once: true });
  const ask: AskProbe = async (method, params) => {
    try {
      await child.ready;
      return await child.request(method, params);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ChildExitError)) throw error;
      const { reason, detail } = error.exit;
      log.warn('a probe failed', { method, reason, detail, timedOut });
      const seconds = Math.round(timeoutMs / 1000);
      throw new ProbeError(method, timedOut ? `It did not answer within ${seconds} s` : reason, error);
    }
  };
  try {
    return await work(ask);
  } finally {
    cancelTimeout();
    signal?.removeEventListener('abort', onAbort);
    // It has nothing to lose, and nobody should wait while a driver tidies up.
    await child.kill();
  }
}
