import { crc32 } from 'node:zlib';
import type { Claim } from '../../domain/download-plan/claims.ts';
import type { PartFile, Piece } from './part-file.ts';

/** One is filled while the other is written; so much and twice as much is what a kill costs for each connection. */
const SLAB_BYTES = 512 * 1024;

/** The two buffers of a connection. They stay as long as it does: two for each claim would be 30 MiB a second for the collector. */
export type Slabs = [filling: Buffer, spare: Buffer];

export function newSlabs(): Slabs {
  return [Buffer.allocUnsafeSlow(SLAB_BYTES), Buffer.allocUnsafeSlow(SLAB_BYTES)];
}

/**
 * Writes what one connection receives: while some of it is written, the next is gathered. It is copied into one of two
 * buffers, so that those of the network are free again at once.
 */
export class RangeWriter {
  readonly #file: PartFile;
  readonly #claim: Claim;
  #part: number;
  #crc: number;
  #pieces: Piece[] = [];
  readonly #slabs: Slabs;
  #filledBytes = 0;
  #writing: Promise<void> | null = null;

  constructor(file: PartFile, claim: Claim, slabs: Slabs) {
    this.#file = file;
    this.#claim = claim;
    this.#slabs = slabs;
    this.#part = file.table.partAt(claim.position);
    this.#crc = file.table.state(this.#part).crc;
  }

  /** The next bytes of the claim. Resolves when they are taken over. */
  async add(chunk: Buffer): Promise<void> {
    for (let done = 0; done < chunk.length;) {
      if (this.#filledBytes === SLAB_BYTES) {
        await this.#writing;
        this.#start();
      }
      const piece = chunk.subarray(done, done + SLAB_BYTES - this.#filledBytes);
      this.#slabs[0].set(piece, this.#filledBytes);
      this.#filledBytes += piece.length;
      this.#split(piece);
      done += piece.length;
    }
    if (!this.#writing) this.#start();
  }

  /** Everything that was added is written when it resolves. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#start();
    await this.#writing;
  }

  #split(bytes: Buffer): void {
    const { table } = this.#file;
    for (let done = 0; done < bytes.length;) {
      const { position } = this.#claim;
      const part = table.partAt(position);
      if (part !== this.#part) [this.#part, this.#crc] = [part, 0];
      const length = Math.min(bytes.length - done, table.start(part) + table.length(part) - position);
      this.#crc = crc32(bytes.subarray(done, done + length), this.#crc);
      const last = this.#pieces.at(-1);
      if (last?.part === part) {
        last.length += length;
        last.crc = this.#crc;
      } else {
        this.#pieces.push({ part, length, crc: this.#crc });
      }
      this.#claim.position += length;
      done += length;
    }
  }

  #start(): void {
    if (this.#filledBytes === 0) return;
    const pieces = this.#pieces;
    const bytes = this.#slabs[0].subarray(0, this.#filledBytes);
    this.#slabs.reverse();
    [this.#pieces, this.#filledBytes] = [[], 0];
    this.#writing = this.#file
      .write(pieces, bytes)
      .then(() => {
        this.#claim.written += bytes.length;
      })
      .finally(() => (this.#writing = null));
    // Whoever adds or flushes next is told; until then nobody waits for it.
    this.#writing.catch(() => undefined);
  }
}
