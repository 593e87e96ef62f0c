import { decodeUtf8, type IsUtf8 } from './utf8.ts';

/** Each text stands behind its length, as in the file. */
export const LENGTH_BYTES = 8;
const FIRST_NOT_ASCII = 0x80;

/** A part of the file with whole texts in it. */
interface Piece {
  /** Number of its first text. */
  first: number;
  bytes: Uint8Array;
}

/**
 * A long array of texts, as it stands in the file. Vocabularies and merges have hundreds of thousands of them, of which somebody
 * wants to see a few: making a JavaScript string of each cost more than everything else that is done with a header.
 */
export class PackedStrings implements Iterable<string> {
  readonly #pieces: Piece[] = [];
  /** Where each text ends in its piece. */
  readonly #ends: Uint32Array;
  #length = 0;
  #sizeBytes = 0;

  /** Takes `capacity` texts. */
  constructor(capacity: number) {
    this.#ends = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Of all texts, their lengths before them included. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /**
   * Takes the texts that lie whole at the beginning of `bytes`, as many as still fit, and keeps that part. Stops before a length
   * above `maxBytes`. Null if one of them is not valid UTF-8.
   */
  take(bytes: Uint8Array, maxBytes: number, isUtf8: IsUtf8): { bytes: number; texts: number } | null {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ends = this.#ends;
    const first = this.#length;
    let length = first;
    let at = 0;
    // Texts are judged together: a length below 128 is ASCII, over which no character reaches into the next text.
    let judgedTo = 0;
    while (length < ends.length && at + LENGTH_BYTES <= bytes.length) {
      const textBytes = view.getUint32(at, true);
      const start = at + LENGTH_BYTES;
      if (view.getUint32(at + 4, true) > 0 || textBytes > maxBytes || textBytes > bytes.length - start) break;
      const end = start + textBytes;
      if (textBytes >= FIRST_NOT_ASCII) {
        if (!isUtf8(bytes.subarray(judgedTo, at)) || !isUtf8(bytes.subarray(start, end))) return null;
        judgedTo = end;
      }
      at = end;
      ends[length] = end;
      length += 1;
    }
    if (!isUtf8(bytes.subarray(judgedTo, at))) return null;
    this.#pieces.push({ first, bytes: bytes.subarray(0, at) });
    this.#length = length;
    this.#sizeBytes += at;
    return { bytes: at, texts: length - first };
  }

  /** The UTF-8 of every text in order: from `start` to `end` of `bytes`. */
  forEach(visit: (bytes: DataView, start: number, end: number, index: number) => void): void {
    for (const [number, { first, bytes }] of this.#pieces.entries()) {
      const next = this.#pieces[number + 1]?.first ?? this.#length;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let start = LENGTH_BYTES;
      for (let index = first; index < next; index++) {
        const end = this.#ends[index] ?? start;
        visit(view, start, end, index);
        start = end + LENGTH_BYTES;
      }
    }
  }

  at(index: number): string | undefined {
    const piece = this.#pieces.findLast(({ first }) => first <= index);
    const end = this.#ends[index];
    if (piece === undefined || end === undefined || index >= this.#length) return undefined;
    const before = index === piece.first ? 0 : (this.#ends[index - 1] ?? 0);
    return decodeUtf8(piece.bytes.subarray(before + LENGTH_BYTES, end)) ?? undefined;
  }

  *[Symbol.iterator](): Generator<string, void> {
    for (const [number, { first, bytes }] of this.#pieces.entries()) {
      const next = this.#pieces[number + 1]?.first ?? this.#length;
      let start = LENGTH_BYTES;
      for (let index = first; index < next; index++) {
        const end = this.#ends[index] ?? start;
        yield decodeUtf8(bytes.subarray(start, end)) ?? '';
        start = end + LENGTH_BYTES;
      }
    }
  }
}
