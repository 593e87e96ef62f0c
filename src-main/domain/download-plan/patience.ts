/** Why an attempt came to nothing. */
export type Failure =
  /** The way to the server, or the server itself, has trouble that may pass. */
  | { kind: 'trouble'; waitSeconds: number | null }
  /** It answered, but not with what was asked for. */
  | { kind: 'nonsense' }
  /** It refuses the address it gave, or gives one that does not work. */
  | { kind: 'refusal' };

/** In a row, without a byte in between. With 60 seconds between them the first is half an hour of no network. */
const MOST_FAILURES: Record<Failure['kind'], number> = { trouble: 32, nonsense: 4, refusal: 3 };
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** What a server may ask for before it is not believed. */
const LONGEST_TOLD_MS = 3_600_000;

/**
 * How long to wait before the next attempt, and when to give up. Waits double from one second to a minute, spread by a
 * fifth so that many clients do not come back together; a wait that the server asks for is kept. Bytes that arrive
 * start the count anew.
 */
export class Patience {
  readonly #scale: number;
  readonly #random: () => number;
  readonly #counts: Record<Failure['kind'], number> = { trouble: 0, nonsense: 0, refusal: 0 };

  /** `scale`: waits are that much of what they are; tests have less time. */
  constructor(scale = 1, random: () => number = Math.random) {
    this.#scale = scale;
    this.#random = random;
  }

  /** Whole milliseconds to wait, or null when it is enough. */
  failed(failure: Failure): number | null {
    const count = (this.#counts[failure.kind] += 1);
    if (count > MOST_FAILURES[failure.kind]) return null;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - 1));
    const spreadMs = waitMs * (0.8 + 0.4 * this.#random());
    const toldMs =
      failure.kind === 'trouble' && failure.waitSeconds !== null ? failure.waitSeconds * 1000 : 0;
    return Math.round(Math.max(spreadMs, Math.min(toldMs, LONGEST_TOLD_MS)) * this.#scale);
  }

  progressed(): void {
    for (const kind of Object.keys(this.#counts) as Failure['kind'][]) this.#counts[kind] = 0;
  }
}
