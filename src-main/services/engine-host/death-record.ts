/** VS Code's extension host uses the same figures. */
const MOST_DEATHS = 3;
const WINDOW_MS = 5 * 60_000;
const BACKOFF_MS = [250, 1_000, 4_000] as const;

/** Decides from the deaths so far how long to wait before the next start, and when to stop trying. */
export class DeathRecord {
  #diedAt: number[] = [];
  #inARow = 0;

  add(now: number): void {
    this.#diedAt = [...this.#diedAt.filter((time) => now - time < WINDOW_MS), now];
    this.#inARow += 1;
  }

  /** An answer was written to its end: the next death is a first one again, though it still counts in the window. */
  succeeded(): void {
    this.#inARow = 0;
  }

  clear(): void {
    this.#diedAt = [];
    this.#inARow = 0;
  }

  hasGivenUp(now: number): boolean {
    return this.#diedAt.filter((time) => now - time < WINDOW_MS).length >= MOST_DEATHS;
  }

  /** Milliseconds from `now` until the next start is allowed. */
  waitMs(now: number): number {
    const last = this.#diedAt.at(-1);
    const backoffMs = BACKOFF_MS[Math.min(this.#inARow, BACKOFF_MS.length) - 1];
    if (last === undefined || backoffMs === undefined) return 0;
    return Math.max(0, last + backoffMs - now);
  }
}
