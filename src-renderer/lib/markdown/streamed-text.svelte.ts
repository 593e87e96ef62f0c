import { parseBlocks, reparseFrom, type PlacedBlock } from './blocks.ts';

/**
 * A text that grows at its end. Only the last block is parsed again when something is added; the blocks before
 * it stay the same objects, so that the screen leaves them alone.
 */
export class StreamedText {
  #text = $state.raw('');
  #blocks = $state.raw<readonly PlacedBlock[]>([]);

  constructor(text = '') {
    this.append(text);
  }

  /** The source as it was written. */
  get text(): string {
    return this.#text;
  }

  get blocks(): readonly PlacedBlock[] {
    return this.#blocks;
  }

  append(added: string): void {
    if (added === '') return;
    const from = reparseFrom(this.#text, this.#blocks);
    this.#text += added;
    const settled = this.#blocks.filter(({ start }) => start < from);
    this.#blocks = [...settled, ...parseBlocks(this.#text, from)];
  }

  /** Takes over the whole text. What is there already stays untouched where the new text goes on from it. */
  replace(text: string): void {
    if (text.startsWith(this.#text)) {
      this.append(text.slice(this.#text.length));
      return;
    }
    this.#text = text;
    this.#blocks = parseBlocks(text);
  }
}
