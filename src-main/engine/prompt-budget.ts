import type { PromptMessage } from '../services/engine-host/protocol.ts';

/** Room that an answer gets when its length is not limited. */
const DEFAULT_ANSWER_TOKENS = 512;
/** An answer's room never takes more than this part of the context away from the history. */
const MAX_ANSWER_PART = 1 / 4;

/** Tokens kept free for the answer. */
export function answerReserve(contextSize: number, maxTokens: number | null): number {
  return Math.min(maxTokens ?? DEFAULT_ANSWER_TOKENS, Math.floor(contextSize * MAX_ANSWER_PART));
}

/**
 * The ways to shorten a chat, mildest first: nothing dropped, then one more of the oldest turns each time (a question with what
 * followed it). The system message and the last question always stay.
 */
export function shortenings(messages: readonly PromptMessage[]): number[] {
  const conversation = messages.filter(({ role }) => role !== 'system');
  return conversation.flatMap(({ role }, index) => (index === 0 || role === 'user' ? [index] : []));
}

/** The messages without the `dropped` oldest ones; system messages do not count and stay. */
export function withoutOldest(messages: readonly PromptMessage[], dropped: number): PromptMessage[] {
  let left = dropped;
  return messages.filter(({ role }) => role === 'system' || left-- <= 0);
}

/**
 * Tries `items`, ordered from too large to small enough, and gives the result of the first that fits (is not null), in about
 * log2(n) trials; null when none fits.
 */
export async function firstFitting<T, R>(
  items: readonly T[],
  attempt: (item: T) => Promise<R | null>,
): Promise<R | null> {
  let best: R | null = null;
  let [low, high] = [0, items.length];
  // Nearly every chat fits whole, so the first trial is not the middle.
  let trial = 0;
  while (low < high) {
    const result = await attempt(items[trial] as T);
    if (result === null) low = trial + 1;
    else [best, high] = [result, trial];
    trial = (low + high) >> 1;
  }
  return best;
}
