/** New text of an answer, by the place where it belongs. */
export interface AnswerPiece {
  text: string;
  reasoning: string;
}

export interface AnswerSplitterOptions {
  /** The prompt already ends in the opening marker. */
  startsInReasoning?: boolean;
  /** The answer ends before this text, should the model write it. */
  stopText?: string | null;
}

const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * Divides streamed text into reasoning (`<think>…</think>` at the beginning of an answer) and answer. Holds back only what may still
 * turn out to be a marker, so that the pieces, joined, equal the division of the whole text however it is cut.
 */
export class AnswerSplitter {
  #state: 'start' | 'reasoning' | 'afterReasoning' | 'answer' | 'stopped';
  #held = '';
  readonly #stopText: string | null;

  constructor({ startsInReasoning = false, stopText = null }: AnswerSplitterOptions = {}) {
    this.#state = startsInReasoning ? 'reasoning' : 'start';
    this.#stopText = stopText;
  }

  /** True once the stop text came; nothing follows it. */
  get stopped(): boolean {
    return this.#state === 'stopped';
  }

  push(chunk: string): AnswerPiece {
    const piece = { text: '', reasoning: '' };
    this.#held += chunk;
    while (this.#step(piece)) continue;
    return piece;
  }

  /** What was held back in the hope of a marker that never came. */
  end(): AnswerPiece {
    const rest = this.#held;
    this.#held = '';
    return this.#state === 'reasoning' ? { text: '', reasoning: rest } : { text: rest, reasoning: '' };
  }

  /** Moves held text into `piece`; true when the state changed and the rest has to be looked at again. */
  #step(piece: AnswerPiece): boolean {
    switch (this.#state) {
      case 'start': {
        const rest = this.#held.trimStart();
        if (rest.startsWith(OPEN)) return this.#go('reasoning', rest.slice(OPEN.length));
        if (OPEN.startsWith(rest)) return false;
        return this.#go('answer', this.#held);
      }
      case 'reasoning': {
        const { before, after } = this.#cutAt(CLOSE);
        piece.reasoning += before;
        return after !== null && this.#go('afterReasoning', after);
      }
      case 'afterReasoning': {
        // Models put blank lines between reasoning and answer.
        const rest = this.#held.trimStart();
        return rest === '' ? this.#drop() : this.#go('answer', rest);
      }
      case 'answer': {
        const { before, after } = this.#cutAt(this.#stopText);
        piece.text += before;
        return after !== null && this.#go('stopped', '');
      }
      case 'stopped':
        return this.#drop();
    }
  }

  #go(state: 'reasoning' | 'afterReasoning' | 'answer' | 'stopped', held: string): boolean {
    this.#state = state;
    this.#held = held;
    return true;
  }

  #drop(): false {
    this.#held = '';
    return false;
  }

  /** Takes held text up to `marker`, or up to where it may begin at the very end. */
  #cutAt(marker: string | null): { before: string; after: string | null } {
    const held = this.#held;
    const at = marker === null ? -1 : held.indexOf(marker);
    if (marker !== null && at >= 0)
      return { before: held.slice(0, at), after: held.slice(at + marker.length) };
    const keep = marker === null ? 0 : overlap(held, marker);
    this.#held = held.slice(held.length - keep);
    return { before: held.slice(0, held.length - keep), after: null };
  }
}

/** Length of the longest beginning of `marker` that `text` ends with. */
function overlap(text: string, marker: string): number {
  for (let length = Math.min(text.length, marker.length - 1); length > 0; length--) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}
