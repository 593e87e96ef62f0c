import { problemError } from '../../contract/problem.ts';
import { malformed, shortText } from './malformed.ts';
import { ggufLimits } from './limits.ts';
import { LENGTH_BYTES, type PackedStrings } from './packed-strings.ts';
import { decodeUtf8, type IsUtf8 } from './utf8.ts';

/** Asks for at least so many unread bytes; whoever drives the parser appends them and resumes it. */
export type Wants<Result> = Generator<number, Result, void>;

/** A window over the part of a file that was fetched and not parsed yet. Bytes behind the position are dropped. */
export class HeaderCursor {
  readonly name: string;
  readonly fileSizeBytes: number;
  #window = new Uint8Array(0);
  #view = new DataView(this.#window.buffer);
  #position = 0;
  #windowStart = 0;
  #stringBytes = 0;
  readonly #isUtf8: IsUtf8;

  constructor(name: string, fileSizeBytes: number, isUtf8: IsUtf8) {
    this.#isUtf8 = isUtf8;
    this.name = name;
    this.fileSizeBytes = fileSizeBytes;
  }

  /** Position in the file. */
  get offsetBytes(): number {
    return this.#windowStart + this.#position;
  }

  get unreadBytes(): number {
    return this.#window.length - this.#position;
  }

  append(bytes: Uint8Array): void {
    const unread = this.#window.subarray(this.#position);
    const joined = new Uint8Array(unread.length + bytes.length);
    joined.set(unread);
    joined.set(bytes, unread.length);
    this.#windowStart += this.#position;
    this.#position = 0;
    this.#window = joined;
    this.#view = new DataView(joined.buffer);
  }

  malformed(field: string, reason: string): never {
    throw malformed(this.name, field, reason);
  }

  /** Refuses the file if it ends before byte `end`. */
  mustReach(end: number, field: string): void {
    if (end <= this.fileSizeBytes) return;
    throw problemError('model.truncated', {
      path: this.name,
      field: shortText(field, 300),
      needed: end,
      size: this.fileSizeBytes,
    });
  }

  /** Refuses the file if fewer than `length` bytes follow: asked before anything of that size is set aside. */
  mustHold(length: number, field: string): void {
    this.mustReach(this.offsetBytes + length, field);
  }

  /** Returns once `length` bytes can be read without waiting. */
  *need(length: number, field: string): Wants<void> {
    if (length <= this.unreadBytes) return;
    this.mustHold(length, field);
    yield length;
  }

  *u32(field: string): Wants<number> {
    yield* this.need(4, field);
    return this.takeU32();
  }

  /** A 64-bit count or length that has to be between `min` and `max`. */
  *count(field: string, min: number, max: number): Wants<number> {
    yield* this.need(8, field);
    return this.takeCount(field, min, max);
  }

  *string(field: string, minBytes: number, maxBytes: number): Wants<string> {
    const length = yield* this.count(`length of ${field}`, minBytes, maxBytes);
    yield* this.need(length, field);
    return this.takeString(length, field);
  }

  /** Returns once a text lies whole in the window, its length before it, and takes nothing. */
  *wholeString(field: string, minBytes: number, maxBytes: number): Wants<void> {
    const length = yield* this.count(`length of ${field}`, minBytes, maxBytes);
    this.#position -= LENGTH_BYTES;
    yield* this.need(LENGTH_BYTES + length, field);
  }

  /** The next `length` bytes. Everything that takes relies on `need` having made sure of the bytes. */
  take(length: number): DataView {
    const start = this.#position;
    this.#position += length;
    return new DataView(this.#window.buffer, start, length);
  }

  /** Moves what is unread into `target`, as far as it goes, and says how much that was. */
  copyTo(target: Uint8Array): number {
    const bytes = this.#window.subarray(this.#position, this.#position + target.length);
    target.set(bytes);
    this.#position += bytes.length;
    return bytes.length;
  }

  takeU32(): number {
    const value = this.#view.getUint32(this.#position, true);
    this.#position += 4;
    return value;
  }

  takeCount(field: string, min: number, max: number): number {
    const low = this.takeU32();
    const high = this.takeU32();
    // Inexact only above 2^53, which is more than any limit.
    const count = high * 2 ** 32 + low;
    if (count < min || count > max) this.malformed(field, `${count} is not between ${min} and ${max}`);
    return count;
  }

  /** Texts with their lengths that lie whole in the window, as many as `packed` still takes. It stops before a length that is not allowed. */
  takeStrings(packed: PackedStrings, field: string, maxBytes: number): void {
    const taken =
      packed.take(this.#window.subarray(this.#position), maxBytes, this.#isUtf8) ??
      this.malformed(field, 'the text is not valid UTF-8');
    this.#position += taken.bytes;
    this.#countStringBytes(taken.bytes - taken.texts * LENGTH_BYTES, field);
  }

  takeString(length: number, field: string): string {
    this.#countStringBytes(length, field);
    const bytes = this.#window.subarray(this.#position, this.#position + length);
    this.#position += length;
    return decodeUtf8(bytes) ?? this.malformed(field, 'the text is not valid UTF-8');
  }

  #countStringBytes(length: number, field: string): void {
    this.#stringBytes += length;
    if (this.#stringBytes > ggufLimits.stringBytesTotal) {
      this.malformed(field, `all strings together are longer than ${ggufLimits.stringBytesTotal} bytes`);
    }
  }
}
