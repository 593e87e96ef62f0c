import type { Clock } from '../../base/clock.ts';
import type { Heartbeat } from './heartbeat.ts';
import { CHECK_MS, Watchdog, type Hang } from './watchdog.ts';

/** Runs a watchdog while something is awaited of a child, and no timer at all in between. */
export class ChildWatch {
  readonly #clock: Clock;
  readonly #onHang: (hang: Hang) => void;
  readonly #watchdog: Watchdog;
  #cancelCheck: (() => void) | null = null;

  constructor(clock: Clock, onHang: (hang: Hang) => void) {
    this.#clock = clock;
    this.#onHang = onHang;
    this.#watchdog = new Watchdog(clock.now());
  }

  started(): void {
    this.#watchdog.started(this.#clock.now());
  }

  beat(beat: Heartbeat): void {
    this.#watchdog.beat(beat, this.#clock.now());
  }

  /** Watches until `work` settles. */
  async during<T>(kind: string, work: Promise<T>): Promise<T> {
    this.#watchdog.requestStarted(kind, this.#clock.now());
    this.#scheduleCheck();
    try {
      return await work;
    } finally {
      this.#watchdog.requestEnded();
      this.#cancelCheck?.();
      this.#cancelCheck = null;
    }
  }

  #scheduleCheck(): void {
    this.#cancelCheck = this.#clock.schedule(CHECK_MS, () => {
      const hang = this.#watchdog.check(this.#clock.now());
      if (hang === null) this.#scheduleCheck();
      else this.#onHang(hang);
    });
  }
}
