/** Time as the supervisors see it, so that tests can own it. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes backwards. */
  now(): number;
  /** Calls `callback` once after `delayMs`. The returned function cancels it and may be called any time. */
  schedule(delayMs: number, callback: () => void): () => void;
}
