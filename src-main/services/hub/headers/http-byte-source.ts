import { setImmediate } from 'node:timers/promises';
import type { ByteSource } from '../../../domain/gguf/types.ts';
import { malformed } from '../../../domain/gguf/malformed.ts';
import type { RangeReader } from './range-reader.ts';

const MIB = 1024 * 1024;

/**
 * What each request fetches beyond what is needed. The first serves further parts of split models and models with
 * 8,000 tokens; a vocabulary of 128,000 (6–8 MB) takes three more, and no header overshoots by more than 4 MiB.
 */
const READ_AHEAD_BYTES = [MIB / 4, 2 * MIB];
const MAX_READ_AHEAD_BYTES = 4 * MIB;
/** Four times the largest header known (Gemma 4: 15 MiB). What is read stays in memory until the reading ends. */
const MAX_HEADER_BYTES = 64 * MIB;

/** Parsed in some 10 ms; in between the event loop serves others, which reading from memory alone would not let it. */
const BYTES_BETWEEN_PAUSES = MIB;

/** The beginning of a remote file as a source of bytes: few requests that grow, never the whole file. */
export class HttpByteSource implements ByteSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly #ranges: RangeReader;
  readonly #removedBytes: number;
  #fetched: Buffer;
  #requests = 0;
  #bytesSincePause = 0;

  /**
   * `beginning`: bytes of the file that are known already. `removedBytes`: how many were left out within them; places
   * in this source are nearer to the beginning by that than places in the file.
   */
  constructor(ranges: RangeReader, beginning: Buffer = Buffer.alloc(0), removedBytes = 0) {
    this.name = ranges.file.name;
    this.sizeBytes = ranges.file.sizeBytes - removedBytes;
    this.#removedBytes = removedBytes;
    this.#ranges = ranges;
    this.#fetched = beginning;
  }

  /** Everything that was read so far, from the beginning of the file. */
  get fetched(): Buffer {
    return this.#fetched;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = offset + length;
    if (end > this.#fetched.length) await this.#fetchTo(end);
    this.#bytesSincePause += length;
    if (this.#bytesSincePause >= BYTES_BETWEEN_PAUSES) {
      this.#bytesSincePause = 0;
      await setImmediate();
    }
    return this.#fetched.subarray(offset, end);
  }

  async #fetchTo(end: number): Promise<void> {
    const start = this.#fetched.length;
    if (end > Math.min(MAX_HEADER_BYTES, this.sizeBytes)) {
      throw malformed(this.name, 'header', `it is longer than ${MAX_HEADER_BYTES / MIB} MiB`);
    }
    const ahead = READ_AHEAD_BYTES[this.#requests] ?? MAX_READ_AHEAD_BYTES;
    this.#requests += 1;
    const to = Math.min(Math.max(end, start + ahead), MAX_HEADER_BYTES, this.sizeBytes);
    const bytes = await this.#ranges.read(start + this.#removedBytes, to - start);
    this.#fetched = Buffer.concat([this.#fetched, bytes]);
  }
}
