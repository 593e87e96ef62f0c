/**
 * The decisions of a download against a world that is anything but kind: a file of a few parts, connections that end
 * anywhere, answers of every sort, disks that lose what was not synced, files that change. There are the right bytes in
 * the end, or a clear failure; never wrong ones.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from 'node:zlib';
import { Claims, type Claim } from '../../../../src-main/domain/download-plan/claims.ts';
import {
  judgeAnswer,
  type AnswerHead,
  type Identity,
} from '../../../../src-main/domain/download-plan/judge-answer.ts';
import { PartTable } from '../../../../src-main/domain/download-plan/part-table.ts';
import { Patience } from '../../../../src-main/domain/download-plan/patience.ts';
import {
  sideStateOf,
  tableOfSideState,
  withJournal,
} from '../../../../src-main/domain/download-plan/side-state.ts';

const MIB = 1024 * 1024;
/** Of side files: parts are never smaller. Bytes are counted here, so that megabytes cost nothing. */
const PART = 4 * MIB;

/** What a server does with one request. */
type Move =
  | { kind: 'good'; part: number }
  | { kind: 'status'; status: number }
  | { kind: 'whole' }
  | { kind: 'shifted' }
  | { kind: 'otherSize' }
  | { kind: 'otherEtag' }
  | { kind: 'noRange' }
  | { kind: 'crash' }
  | { kind: 'cutDisk'; part: number }
  | { kind: 'damage'; part: number };

const share = fc.double({ min: 0, max: 1, noNaN: true });
const statuses = [302, 403, 404, 408, 410, 416, 418, 429, 500, 502, 503];

const move = fc.oneof<fc.MaybeWeightedArbitrary<Move>[]>(
  { weight: 2, arbitrary: share.map((part) => ({ kind: 'good', part })) },
  { weight: 1, arbitrary: fc.constantFrom(...statuses).map((status) => ({ kind: 'status', status })) },
  fc.constantFrom<Move>(
    { kind: 'whole' },
    { kind: 'shifted' },
    { kind: 'otherSize' },
    { kind: 'otherEtag' },
    { kind: 'noRange' },
  ),
  fc.constantFrom<Move>({ kind: 'crash' }),
  share.map((part) => ({ kind: 'cutDisk', part })),
  share.map((part) => ({ kind: 'damage', part })),
);

/** A server that never does what it is asked for. */
const nonsense = fc.constantFrom<Move[]>(
  { kind: 'whole' },
  { kind: 'noRange' },
  { kind: 'status', status: 404 },
);

/** Each piece of the disk that was ever written: from, to, and whether it is of this file. */
class Disk {
  readonly #good: boolean[];
  readonly #scale: number;

  constructor(sizeBytes: number, scale: number) {
    this.#scale = scale;
    this.#good = Array<boolean>(Math.ceil(sizeBytes / scale)).fill(false);
  }

  write(start: number, end: number, isRight = true): void {
    for (let at = Math.ceil(start / this.#scale); at < Math.ceil(end / this.#scale); at++)
      this.#good[at] = isRight;
  }

  isRight(start: number, end: number): boolean {
    for (let at = Math.floor(start / this.#scale); at < Math.ceil(end / this.#scale); at++) {
      if (!this.#good[at]) return false;
    }
    return true;
  }
}

function headOf(move: Move, claim: Claim, sizeBytes: number): AnswerHead {
  const range = (start: number, last: number, total: number) => `bytes ${start}-${last}/${total}`;
  const right = {
    status: 206,
    contentRange: range(claim.position, claim.end - 1, sizeBytes),
    contentLength: String(claim.end - claim.position),
    contentType: 'application/octet-stream',
    contentEncoding: null,
    etag: '"a"',
  };
  switch (move.kind) {
    case 'status':
      return { ...right, status: move.status };
    case 'whole':
      return { ...right, status: 200, contentRange: null, contentLength: String(sizeBytes) };
    case 'shifted':
      return { ...right, contentRange: range(claim.position + 1, claim.end, sizeBytes + 1) };
    case 'otherSize':
      return { ...right, contentRange: range(claim.position, claim.end - 1, sizeBytes + 1) };
    case 'otherEtag':
      return { ...right, etag: '"b"' };
    case 'noRange':
      return { ...right, contentRange: null };
    default:
      return right;
  }
}

/** `complete`, or why not. Reads back at the end as the checksum does. */
function transfer(
  sizeBytes: number,
  moves: readonly Move[],
  connections: number,
): 'complete' | 'gave up' | 'changed' {
  const scale = 64 * 1024;
  const disk = new Disk(sizeBytes, scale);
  const known: Identity = { sizeBytes, etag: '"a"' };
  const patience = new Patience(1, () => 0.5);
  let table = new PartTable(sizeBytes, PART);
  let claims = new Claims(table);
  let saved = JSON.stringify(sideStateOf(table, { sha256: null, etag: '"a"' }));
  let nowMs = 0;
  const crcOf = (part: number, bytes: number) => crc32(`${part}:${bytes}`);
  const turns = [...moves, ...Array<Move>(400).fill({ kind: 'good', part: 1 })];
  for (const turn of turns) {
    if (table.isComplete && verify(table, disk)) return 'complete';
    if (turn.kind === 'crash') {
      const restored = tableOfSideState(JSON.parse(saved), { sizeBytes, sha256: null }, sizeBytes);
      table = restored?.table ?? new PartTable(sizeBytes, PART);
      claims = new Claims(table);
      continue;
    }
    if (turn.kind === 'cutDisk') {
      const dataBytes = Math.floor(turn.part * sizeBytes);
      disk.write(dataBytes - (dataBytes % scale), sizeBytes, false);
      table =
        tableOfSideState(JSON.parse(saved), { sizeBytes, sha256: null }, dataBytes - (dataBytes % scale))
          ?.table ?? new PartTable(sizeBytes, PART);
      claims = new Claims(table);
      continue;
    }
    if (turn.kind === 'damage') {
      const at = Math.floor(turn.part * (sizeBytes - 1));
      disk.write(at - (at % scale), at + 1, false);
      continue;
    }
    const claim = claims.take(connections, (nowMs += 500));
    if (!claim) continue;
    const verdict = judgeAnswer(
      { start: claim.position, last: claim.end - 1 },
      headOf(turn, claim, sizeBytes),
      known,
    );
    if (verdict.kind === 'part') {
      const wanted = Math.floor((turn.kind === 'good' ? turn.part : 1) * (claim.end - claim.position));
      receive(
        table,
        claim,
        wanted - (wanted % scale) || Math.min(scale, claim.end - claim.position),
        disk,
        crcOf,
      );
      patience.progressed();
      saved = JSON.stringify(sideStateOf(table, { sha256: null, etag: '"a"' }));
    } else if (verdict.kind === 'changed') {
      return 'changed';
    } else {
      const isTrouble = verdict.kind === 'later';
      const waitMs = patience.failed(
        isTrouble ? { kind: 'trouble', waitSeconds: null } : { kind: 'nonsense' },
      );
      if (waitMs === null) return 'gave up';
    }
    claims.release(claim);
  }
  throw new Error('a kind server for four hundred turns, and the file is not complete');
}

function receive(
  table: PartTable,
  claim: Claim,
  bytes: number,
  disk: Disk,
  crcOf: (part: number, bytes: number) => number,
): void {
  disk.write(claim.position, claim.position + bytes);
  for (let left = bytes; left > 0;) {
    const part = table.partAt(claim.position);
    const length = Math.min(left, table.start(part) + table.length(part) - claim.position);
    table.advance(part, length, crcOf(part, table.state(part).receivedBytes + length));
    claim.position += length;
    claim.written += length;
    left -= length;
  }
}

/** What reading back finds: damaged parts are missing again. */
function verify(table: PartTable, disk: Disk): boolean {
  let isRight = true;
  for (let index = 0; index < table.count; index++) {
    if (disk.isRight(table.start(index), table.start(index) + table.length(index))) continue;
    table.reset(index);
    isRight = false;
  }
  return isRight;
}

describe('a transfer', () => {
  it('ends in the right bytes or a clear failure, whatever happens', () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 * MIB }),
        fc.oneof(fc.array(move, { maxLength: 40 }), fc.array(nonsense, { maxLength: 40 })),
        fc.integer({ min: 1, max: 8 }),
        (sizeBytes, moves, connections) => {
          const outcome = transfer(sizeBytes, moves, connections);
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          // Only answers of another file may end it so; kind ones always lead to the end.
          if (outcome === 'changed')
            expect(moves.some(({ kind }) => ['otherSize', 'otherEtag', 'shifted'].includes(kind))).toBe(true);
        },
      ),
      { numRuns: 10_000 },
    );
    expect([...outcomes.keys()].toSorted()).toEqual(['changed', 'complete', 'gave up']);
  });
});

describe('claims', () => {
  it('cover what is missing, once, whoever takes and whoever fails', () => {
    const step = fc.record({
      take: fc.boolean(),
      which: fc.nat(7),
      bytes: fc.integer({ min: 1, max: 9 * MIB }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 * MIB }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(step, { maxLength: 60 }),
        (sizeBytes, connections, steps) => {
          const table = new PartTable(sizeBytes, PART);
          const claims = new Claims(table);
          const active: Claim[] = [];
          let nowMs = 0;
          for (const { take, which, bytes } of steps) {
            const claim = active[which % Math.max(1, active.length)];
            if (take || !claim) {
              const taken = claims.take(connections, (nowMs += 500));
              if (taken) active.push(taken);
            } else {
              // Throws where two claims would fill one part.
              receiveBytes(table, claim, Math.min(bytes, claim.end - claim.position));
              if (claim.position === claim.end || bytes % 5 === 0) {
                claims.release(claim);
                active.splice(active.indexOf(claim), 1);
              }
            }
            const ordered = active.toSorted((a, b) => a.position - b.position);
            for (const [index, { position, end }] of ordered.entries()) {
              expect(position).toBeLessThanOrEqual(end);
              const next = ordered[index + 1];
              if (next) expect(end).toBeLessThanOrEqual(next.position);
            }
          }
          for (const claim of active) claims.release(claim);
          for (let claim = claims.take(1, (nowMs += 500)); claim; claim = claims.take(1, (nowMs += 500))) {
            receiveBytes(table, claim, claim.end - claim.position);
            claims.release(claim);
          }
          expect(table.isComplete).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

function receiveBytes(table: PartTable, claim: Claim, bytes: number): void {
  for (let left = bytes; left > 0;) {
    const part = table.partAt(claim.position);
    const length = Math.min(left, table.start(part) + table.length(part) - claim.position);
    table.advance(part, length, 0);
    claim.position += length;
    claim.written += length;
    left -= length;
  }
}

describe('the side file', () => {
  it('is believed in what it says of this file, and in nothing else', () => {
    const wanted = { sizeBytes: 10 * MIB, sha256: 'a'.repeat(64) };
    const table = new PartTable(10 * MIB, PART);
    table.advance(0, PART, 7);
    table.advance(1, 100, 8);
    const state = sideStateOf(table, { sha256: wanted.sha256, etag: '"a"' });
    expect(tableOfSideState(state, wanted, 10 * MIB)?.table.states).toEqual(table.states);
    expect(tableOfSideState(state, { ...wanted, sha256: 'b'.repeat(64) }, 10 * MIB)).toBeNull();
    expect(tableOfSideState(state, { ...wanted, sizeBytes: 11 * MIB }, 10 * MIB)).toBeNull();
    expect(tableOfSideState(state, wanted, PART + 99)?.table.receivedBytes).toBe(PART);
    expect(tableOfSideState(state, wanted, PART - 1)?.table.receivedBytes).toBe(0);
    const journal = `0 ${PART} 9\n2 50 4\n2 60 5\n9 1 1\n1 99999999 3\nnonsense\n1 200`;
    expect(withJournal(table, journal, 10 * MIB).states).toEqual([
      { receivedBytes: PART, crc: 9 },
      { receivedBytes: 100, crc: 8 },
      { receivedBytes: 60, crc: 5 },
    ]);
    expect(withJournal(table, journal, 2 * PART).state(2).receivedBytes).toBe(0);
    const damaged = [
      null,
      3,
      'x',
      [],
      {},
      { ...state, version: 2 },
      { ...state, partBytes: 0 },
      { ...state, crcs: [1] },
    ];
    damaged.push(
      { ...state, begun: [[1, PART, 3]] },
      { ...state, begun: [[9, 1, 1]] },
      { ...state, crcs: ['a', null, null] },
    );
    for (const value of damaged) expect(tableOfSideState(value, wanted, 10 * MIB)).toBeNull();
  });
});

describe('patience', () => {
  it('doubles its waits, keeps those it is told, and ends', () => {
    const patience = new Patience(1, () => 0.5);
    const trouble = { kind: 'trouble', waitSeconds: null } as const;
    expect([1, 2, 3, 4].map(() => patience.failed(trouble))).toEqual([1000, 2000, 4000, 8000]);
    expect(patience.failed({ kind: 'trouble', waitSeconds: 90 })).toBe(90_000);
    expect(patience.failed({ kind: 'trouble', waitSeconds: 86_400 })).toBe(3_600_000);
    patience.progressed();
    expect(patience.failed(trouble)).toBe(1000);
    let failures = 1;
    while (patience.failed(trouble) !== null) failures += 1;
    expect(failures).toBe(32);
  });

  it('waits whole milliseconds, whatever the spread', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const waitMs = new Patience(0.01, () => random).failed({ kind: 'nonsense' });
        expect(Number.isInteger(waitMs)).toBe(true);
      }),
    );
  });
});
