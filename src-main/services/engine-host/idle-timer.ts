import type { Clock } from '../../base/clock.ts';

/** A shorter limit that is set meanwhile counts after this long at the latest. */
const LONGEST_WAIT_MS = 60_000;

/** Calls back once nothing has happened for `idleMs()`, which may change meanwhile; 0 waits for ever. */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #idleMs: () => number;
  readonly #onIdle: () => void;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, idleMs: () => number, onIdle: () => void) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
  }

  start(): void {
    this.stop();
    this.#wait(this.#clock.now());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #wait(since: number): void {
    const idleMs = this.#idleMs();
    const leftMs = idleMs === 0 ? Infinity : since + idleMs - this.#clock.now();
    this.#cancel = this.#clock.schedule(Math.min(Math.max(leftMs, 0), LONGEST_WAIT_MS), () => {
      const limitMs = this.#idleMs();
      if (limitMs > 0 && this.#clock.now() - since >= limitMs) this.#onIdle();
      else this.#wait(since);
    });
  }
}
