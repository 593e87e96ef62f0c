import { setTimeout as wait } from 'node:timers/promises';

/** Shorter waits cost more than they even out. */
const SHORTEST_WAIT_MS = 5;

/** Shares a number of bytes per second among all who read. The rate is asked each time: it may be set meanwhile. */
export class SpeedLimit {
  readonly #rate: () => number | null;
  #freeAtMs = 0;

  constructor(bytesPerSecond: () => number | null) {
    this.#rate = bytesPerSecond;
  }

  get isOn(): boolean {
    return this.#rate() !== null;
  }

  /** Resolves when these bytes, which were read already, have had their time. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const rate = this.#rate();
    if (rate === null) return;
    const nowMs = performance.now();
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + (bytes / rate) * 1000;
    const waitMs = this.#freeAtMs - nowMs;
    if (waitMs >= SHORTEST_WAIT_MS) await wait(waitMs, undefined, { signal });
  }
}
