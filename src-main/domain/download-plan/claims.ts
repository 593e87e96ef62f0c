import type { PartTable } from './part-table.ts';

/** What one connection fetches: from `position`, which moves on, to `end`, which another one may draw nearer. */
export interface Claim {
  /** The next byte to come. */
  position: number;
  /** Up to here the bytes are in the table; between this and `position` they are being written. */
  written: number;
  end: number;
  /** Where and when it began, in milliseconds from anywhere. */
  readonly from: number;
  readonly begunMs: number;
}

/**
 * What one request asks for at most. Large enough for the time between requests not to count (64 MiB take half a second
 * at 1 Gbit/s), and small enough for the connections to stay close together: what they write is then still in the
 * system's cache when it is read again for the checksum, which runs from the beginning to the end.
 */
const MAX_CLAIM_BYTES = 64 * 1024 * 1024;
/**
 * Who would need longer than that for the rest shares it. Taking over costs what is on its way to the other one (some
 * megabytes), its connection and a request: more than it is worth where the rest is there in a moment.
 */
const WORTH_SHARING_MS = 2000;

/** Shares what is missing of a file among connections: no byte is fetched by two of them. */
export class Claims {
  readonly #table: PartTable;
  readonly #active = new Set<Claim>();

  constructor(table: PartTable) {
    this.#table = table;
  }

  get count(): number {
    return this.#active.size;
  }

  /**
   * What a connection should fetch next, from the beginning of the file on; null when nothing is left that others do
   * not fetch already. The less is missing, the smaller the piece, so that all of `connections` end together; and
   * who has nothing to do takes half of what a slow one has before it.
   */
  take(connections: number, nowMs: number): Claim | null {
    const piece = this.#unclaimed(connections) ?? this.#half(nowMs);
    if (!piece) return null;
    const { start, end } = piece;
    const claim: Claim = { position: start, written: start, end, from: start, begunMs: nowMs };
    this.#active.add(claim);
    return claim;
  }

  /** It is fetched, or the connection failed: what is missing of it can be taken again. */
  release(claim: Claim): void {
    this.#active.delete(claim);
  }

  #unclaimed(connections: number): Piece | null {
    const table = this.#table;
    const missingBytes = table.sizeBytes - table.receivedBytes;
    const wantedBytes = Math.min(MAX_CLAIM_BYTES, Math.ceil(missingBytes / Math.max(1, connections)));
    for (let first = 0; first < table.count; first++) {
      if (!this.#isFree(first)) continue;
      const start = table.start(first);
      const position = start + table.state(first).receivedBytes;
      let next = first + 1;
      // Within a run only the first part may have bytes already: what follows has to be continuous.
      while (
        next < table.count &&
        table.start(next) - start < wantedBytes &&
        this.#isFree(next) &&
        table.state(next).receivedBytes === 0
      ) {
        next += 1;
      }
      return { start: position, end: this.#startOf(next) };
    }
    return null;
  }

  #half(nowMs: number): Piece | null {
    const table = this.#table;
    let longest: Claim | null = null;
    let mostParts = 0;
    for (const claim of this.#active) {
      if (leftMs(claim, nowMs) < WORTH_SHARING_MS) continue;
      const untouched = this.#endPart(claim) - table.partAt(claim.position) - 1;
      if (untouched > mostParts) [longest, mostParts] = [claim, untouched];
    }
    if (!longest) return null;
    const { end } = longest;
    const start = table.start(this.#endPart(longest) - Math.ceil(mostParts / 2));
    longest.end = start;
    return { start, end };
  }

  #isFree(index: number): boolean {
    if (this.#table.isWhole(index)) return false;
    for (const claim of this.#active) {
      const from = this.#table.partAt(claim.written);
      if (index >= from && index < this.#endPart(claim)) return false;
    }
    return true;
  }

  /** One behind the last. */
  #endPart({ end }: Claim): number {
    return Math.ceil(end / this.#table.partBytes);
  }

  #startOf(index: number): number {
    return index < this.#table.count ? this.#table.start(index) : this.#table.sizeBytes;
  }
}

interface Piece {
  start: number;
  end: number;
}

/** What a connection needs for the rest at its pace so far; for one that has brought nothing yet, as long as it has been at it. */
function leftMs({ from, position, end, begunMs }: Claim, nowMs: number): number {
  const spentMs = nowMs - begunMs;
  return position === from ? spentMs : ((end - position) / (position - from)) * spentMs;
}
