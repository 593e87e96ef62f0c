import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut: a child may write megabytes without a line break. */
const LINE_CHARACTERS = 8_192;

/** Cuts a byte stream into lines. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS);
    for (const line of lines) this.#emit(line);
  }

  /** Hands out what stands after the last line break. */
  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    this.#emit(rest);
  }

  #emit(line: string): void {
    const text = line.slice(0, LINE_CHARACTERS).trimEnd();
    if (text !== '') this.#onLine(text);
  }
}

/** The newest lines a child wrote, for the day it dies. */
export class LineRing {
  readonly #capacity: number;
  #lines: string[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(line: string): void {
    this.#lines.push(line);
    // Cut in bulk: one copy for every `capacity` lines.
    if (this.#lines.length >= 2 * this.#capacity) this.#lines = this.lines();
  }

  /** Oldest first. */
  lines(): string[] {
    return this.#lines.slice(-this.#capacity);
  }
}
