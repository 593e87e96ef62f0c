const MIB = 1024 * 1024;
const MIN_PART_BYTES = 4 * MIB;
const MAX_PART_BYTES = 16 * MIB;
/** Where a file would have more parts than that, its parts grow: 4 MiB up to 16 GiB, 16 MiB from 64 GiB on. */
const WANTED_PARTS = 4096;

/** The pieces a file is checked by, and the most that one wrong byte costs. */
export function partBytesFor(sizeBytes: number): number {
  const wanted = Math.ceil(sizeBytes / WANTED_PARTS / MIB) * MIB;
  return Math.min(MAX_PART_BYTES, Math.max(MIN_PART_BYTES, wanted));
}

/** A part is filled from its beginning: so many bytes are here, and this is their CRC-32. */
export interface PartState {
  receivedBytes: number;
  crc: number;
}

const EMPTY: PartState = { receivedBytes: 0, crc: 0 };

/** Which bytes of a file are here, by parts of equal length; the last one may be shorter. */
export class PartTable {
  readonly sizeBytes: number;
  readonly partBytes: number;
  readonly #parts: PartState[];
  #receivedBytes = 0;

  constructor(sizeBytes: number, partBytes: number, parts: readonly PartState[] = []) {
    this.sizeBytes = sizeBytes;
    this.partBytes = partBytes;
    const count = Math.ceil(sizeBytes / partBytes);
    this.#parts = Array.from({ length: count }, (_, index) => parts[index] ?? EMPTY);
    for (const { receivedBytes } of this.#parts) this.#receivedBytes += receivedBytes;
  }

  get count(): number {
    return this.#parts.length;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get isComplete(): boolean {
    return this.#receivedBytes === this.sizeBytes;
  }

  get states(): readonly PartState[] {
    return this.#parts;
  }

  start(index: number): number {
    return index * this.partBytes;
  }

  length(index: number): number {
    return Math.min(this.partBytes, this.sizeBytes - this.start(index));
  }

  partAt(offset: number): number {
    return Math.floor(offset / this.partBytes);
  }

  state(index: number): PartState {
    return this.#parts[index] ?? EMPTY;
  }

  isWhole(index: number): boolean {
    return this.state(index).receivedBytes === this.length(index);
  }

  /** The next `length` bytes of a part are here; `crc` is of all that are. */
  advance(index: number, length: number, crc: number): void {
    const receivedBytes = this.state(index).receivedBytes + length;
    if (length < 0 || receivedBytes > this.length(index)) {
      throw new RangeError(`part ${index} of ${this.count} cannot hold ${receivedBytes} bytes`);
    }
    this.#parts[index] = { receivedBytes, crc };
    this.#receivedBytes += length;
  }

  /** Its bytes are not what they should be. */
  reset(index: number): void {
    this.#receivedBytes -= this.state(index).receivedBytes;
    this.#parts[index] = EMPTY;
  }
}
