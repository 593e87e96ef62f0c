import { setTimeout as wait } from 'node:timers/promises';
import type { Problem } from '../../contract/problem.ts';

/** The connections that wait for their next attempt, and why. */
export class Waits {
  readonly #until = new Map<symbol, { retryAt: number; problem: Problem }>();

  get count(): number {
    return this.#until.size;
  }

  /** The one that ends first. */
  get next(): { retryAt: number; problem: Problem } | null {
    return [...this.#until.values()].sort((a, b) => a.retryAt - b.retryAt)[0] ?? null;
  }

  async wait(ms: number, problem: Problem, signal: AbortSignal): Promise<void> {
    const id = Symbol('wait');
    this.#until.set(id, { retryAt: Date.now() + ms, problem });
    try {
      await wait(ms, undefined, { signal });
    } finally {
      this.#until.delete(id);
    }
  }
}
