import type { Clock } from '../../base/clock.ts';
import { IdleTimer } from '../engine-host/idle-timer.ts';
import type { Logger } from '../logging/logger.ts';

/** The person may still be reading and about to ask the next question. */
const QUIET_MS = 30_000;

export interface QuietMeasuringOptions {
  clock: Clock;
  log: Logger;
  /** Nobody waits for an answer. */
  isQuiet: () => boolean;
  /** A model is in memory: what is measured will be used. */
  isInUse: () => boolean;
  /** Resolves with whether something new is known. */
  measure: (signal: AbortSignal) => Promise<boolean>;
}

/**
 * Measures this computer while nobody waits for it: by itself some time after an answer, or when a page wants the figures. As soon as an answer is asked
 * for, the measuring process is ended; what it had not told by then is measured another time.
 */
export class QuietMeasuring {
  readonly #options: QuietMeasuringOptions;
  readonly #timer: IdleTimer;
  #running: { stop: AbortController; done: Promise<boolean> } | null = null;

  constructor(options: QuietMeasuringOptions) {
    this.#options = options;
    this.#timer = new IdleTimer(
      options.clock,
      () => QUIET_MS,
      () => void this.now(),
    );
  }

  /** Something has happened that an answer may begin with, or end. */
  wake(): void {
    this.#timer.stop();
    if (!this.#options.isQuiet()) this.#running?.stop.abort();
    else if (this.#options.isInUse()) this.#timer.start();
  }

  /** True once something new is known; false if nothing was missing, or if it could not be measured now. */
  now(): Promise<boolean> {
    this.#timer.stop();
    if (!this.#options.isQuiet()) return Promise.resolve(false);
    this.#running ??= this.#start();
    return this.#running.done;
  }

  /** Resolves when nothing is measured any more. */
  async stop(): Promise<void> {
    this.#timer.stop();
    this.#running?.stop.abort();
    await this.#running?.done;
  }

  #start() {
    const stop = new AbortController();
    const done = this.#options
      .measure(stop.signal)
      .catch((error: unknown) => {
        if (!stop.signal.aborted)
          this.#options.log.warn('this computer could not be measured', { reason: String(error) });
        return false;
      })
      .finally(() => (this.#running = null));
    return { stop, done };
  }
}
