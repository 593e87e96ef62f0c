/** Turns tokens into text; `before` are the tokens in front of them. */
export type Detokenize = (tokens: readonly number[], before: readonly number[]) => string;

const REPLACEMENT = '\uFFFD';
/** Bytes that make no character for so long are noise; holding more of it would make each further token dearer. */
const MAX_HELD_NOISE_TOKENS = 64;
/** Enough for tokenizers that drop the space in front of a first word. */
const CONTEXT_TOKENS = 4;

/**
 * Streams tokens as text without ever showing half a character: a character whose bytes are spread over tokens appears when its
 * last byte has come.
 */
export class TokenText {
  readonly #detokenize: Detokenize;
  #before: number[] = [];
  #held: number[] = [];
  /** How much of the held tokens' text has been given out. */
  #given = 0;
  #noiseTokens = 0;

  constructor(detokenize: Detokenize) {
    this.#detokenize = detokenize;
  }

  push(token: number): string {
    this.#held.push(token);
    const text = this.#detokenize(this.#held, this.#before);
    // Only the last replacement character can be the beginning of something good.
    const incomplete = text.endsWith(REPLACEMENT);
    const ready = text.slice(this.#given, incomplete ? -REPLACEMENT.length : undefined);
    this.#noiseTokens = ready.replaceAll(REPLACEMENT, '') === '' ? this.#noiseTokens + 1 : 0;
    if (!incomplete) this.#settle();
    else this.#given += ready.length;
    return this.#noiseTokens > MAX_HELD_NOISE_TOKENS ? ready + this.end() : ready;
  }

  /** The bytes that never became a character. */
  end(): string {
    if (this.#held.length === 0) return '';
    const rest = this.#detokenize(this.#held, this.#before).slice(this.#given);
    this.#settle();
    return rest;
  }

  #settle(): void {
    this.#before = [...this.#before, ...this.#held].slice(-CONTEXT_TOKENS);
    this.#held = [];
    this.#given = 0;
    this.#noiseTokens = 0;
  }
}
