import type { PromptSegment } from './prompt-segment.ts';

/** Text to tokens; `special` parses special tokens, `first` marks the beginning of the prompt. */
export type Tokenize = (text: string, special: boolean, first: boolean) => readonly number[];

/** An answer as the next prompt will hold it. */
export interface WrittenAnswer {
  text: string;
  tokens: readonly number[];
}

interface Span extends PromptSegment {
  tokens: readonly number[];
}

/**
 * Remembers which tokens stood for which text. Tokenizing a generated answer anew may give other tokens than those that were
 * generated, and then everything behind it would have to be evaluated again; so text that was seen at the same place keeps its tokens.
 */
export class PromptTokens {
  readonly #tokenize: Tokenize;
  #known: readonly Span[] = [];

  constructor(tokenize: Tokenize) {
    this.#tokenize = tokenize;
  }

  /** The prompt's tokens, reusing those of the last `remember` as far as the texts agree from the beginning. */
  read(segments: readonly PromptSegment[]): { spans: Span[]; tokens: number[] } {
    const spans: Span[] = [];
    let agrees = true;
    for (const [index, segment] of segments.entries()) {
      const known: Span | undefined = agrees ? this.#known[index] : undefined;
      agrees = known?.text === segment.text && known.special === segment.special;
      const tokens =
        agrees && known !== undefined
          ? known.tokens
          : this.#tokenize(segment.text, segment.special, index === 0);
      spans.push({ ...segment, tokens });
    }
    return { spans, tokens: spans.flatMap(({ tokens }) => tokens) };
  }

  /** Keeps a prompt with the answer that followed it. */
  remember(spans: readonly Span[], answer: WrittenAnswer | null): void {
    const written = answer !== null && answer.text !== '';
    this.#known = written ? [...spans, { ...answer, special: false }] : spans;
  }
}
