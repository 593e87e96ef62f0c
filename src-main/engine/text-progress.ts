import type { ChildProgress } from '../services/engine-host/protocol.ts';
import type { AnswerPiece } from './answer-splitter.ts';

/** Up to 30 pieces a second go out one by one, faster ones are joined: text that grows 30 times a second looks like it flows. */
const MIN_GAP_MS = 33;
/**
 * A model that writes a hundred tokens a second is far ahead of any reader, and each piece costs main and the window several
 * milliseconds of a processor that the engine could use.
 */
const FAST_GAP_MS = 66;
/** Pieces a millisecond of a model that is that fast. */
const FAST_RATE = 0.09;

/** Sends an answer's text as it comes. */
export class TextProgress {
  readonly #send: (progress: ChildProgress) => void;
  #text = '';
  #reasoning = '';
  #pieces = 0;
  #sentAt = -Infinity;
  #gapMs = MIN_GAP_MS;
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (progress: ChildProgress) => void) {
    this.#send = send;
  }

  push({ text, reasoning }: AnswerPiece): void {
    this.#text += text;
    this.#reasoning += reasoning;
    this.#pieces += 1;
    const waitMs = this.#sentAt + this.#gapMs - performance.now();
    if (waitMs <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#text === '' && this.#reasoning === '') return;
    this.#send({ kind: 'text', text: this.#text, reasoning: this.#reasoning });
    this.#text = '';
    this.#reasoning = '';
    this.#gapMs = this.#pieces / this.#gapMs >= FAST_RATE ? FAST_GAP_MS : MIN_GAP_MS;
    this.#pieces = 0;
    this.#sentAt = performance.now();
  }
}
