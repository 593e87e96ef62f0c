import { partBytesFor, PartTable, type PartState } from './part-table.ts';

/** What is kept beside a file while it is fetched: written after the bytes it speaks of are on the disk. */
export interface SideState {
  /** Another version's is not read. */
  version: 1;
  /** Of the whole file, where the Hub told it; the file is the same wherever it comes from. */
  sha256: string | null;
  /** What tells one file from another where no checksum does. */
  etag: string | null;
  sizeBytes: number;
  partBytes: number;
  /** CRC-32 of each part that is whole, null for the others. */
  crcs: (number | null)[];
  /** Those that have begun: index, bytes, their CRC-32. */
  begun: [number, number, number][];
}

export interface FileIdentity {
  sha256: string | null;
  etag: string | null;
}

export function sideStateOf(table: PartTable, { sha256, etag }: FileIdentity): SideState {
  const crcs: (number | null)[] = [];
  const begun: [number, number, number][] = [];
  for (const [index, { receivedBytes, crc }] of table.states.entries()) {
    crcs.push(table.isWhole(index) ? crc : null);
    if (receivedBytes > 0 && !table.isWhole(index)) begun.push([index, receivedBytes, crc]);
  }
  const { sizeBytes, partBytes } = table;
  return { version: 1, sha256, etag, sizeBytes, partBytes, crcs, begun };
}

/**
 * The parts that a side file speaks of, as far as they can be those of the file that is wanted now; null where it
 * speaks of another file or makes no sense. Nothing in it is believed beyond that: each part is read again and compared
 * with its CRC before it counts.
 */
export function tableOfSideState(
  value: unknown,
  wanted: { sizeBytes: number | null; sha256: string | null },
  dataBytes: number,
): { table: PartTable; etag: string | null } | null {
  if (!isSideState(value) || value.sha256 !== wanted.sha256) return null;
  if (wanted.sizeBytes !== null && value.sizeBytes !== wanted.sizeBytes) return null;
  const { sizeBytes, partBytes, crcs, begun, etag } = value;
  const table = new PartTable(sizeBytes, partBytes);
  if (partBytes !== partBytesFor(sizeBytes) || crcs.length !== table.count) return null;
  const states: PartState[] = crcs.map((crc, index) =>
    crc === null ? { receivedBytes: 0, crc: 0 } : { receivedBytes: table.length(index), crc },
  );
  for (const [index, receivedBytes, crc] of begun) {
    if (index >= table.count || receivedBytes >= table.length(index) || crcs[index] !== null) return null;
    states[index] = { receivedBytes, crc };
  }
  // A data file that was cut short has lost what lies behind its end.
  const kept = states.map((state, index) =>
    table.start(index) + state.receivedBytes <= dataBytes ? state : { receivedBytes: 0, crc: 0 },
  );
  return { table: new PartTable(sizeBytes, partBytes, kept), etag };
}

/**
 * `table` with what a journal tells beyond it: lines of part, bytes and CRC-32, the latest of a part counts. Lines that
 * were cut or make no sense are passed over.
 */
export function withJournal(table: PartTable, journal: string, dataBytes: number): PartTable {
  const states = [...table.states];
  for (const line of journal.split('\n')) {
    const match = /^(\d{1,9}) (\d{1,9}) (\d{1,10})$/.exec(line);
    const [part = 0, receivedBytes = 0, crc = 0] = match?.slice(1).map(Number) ?? [];
    if (!match || part >= table.count || receivedBytes > table.length(part)) continue;
    if (table.start(part) + receivedBytes <= dataBytes) states[part] = { receivedBytes, crc };
  }
  return new PartTable(table.sizeBytes, table.partBytes, states);
}

function isSideState(value: unknown): value is SideState {
  if (typeof value !== 'object' || value === null) return false;
  const state = value as Partial<Record<keyof SideState, unknown>>;
  return (
    state.version === 1 &&
    (state.sha256 === null || typeof state.sha256 === 'string') &&
    (state.etag === null || typeof state.etag === 'string') &&
    isCount(state.sizeBytes) &&
    isCount(state.partBytes) &&
    state.partBytes > 0 &&
    Array.isArray(state.crcs) &&
    state.crcs.every((crc) => crc === null || isCount(crc)) &&
    Array.isArray(state.begun) &&
    state.begun.every((entry: unknown) => Array.isArray(entry) && entry.length === 3 && entry.every(isCount))
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
