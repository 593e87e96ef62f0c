import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ledgerOf, type LedgerInput } from '../../../../src-main/domain/ledger/ledger.ts';
import { memoryWarning } from '../../../../src-main/domain/ledger/pressure.ts';
import type { MemoryState } from '../../../../src-main/domain/ledger/types.ts';
import { actualDevice, GIB, MIB } from '../../../helpers/load-records.ts';

const RUNS = 10_000;
const memory: MemoryState = { totalBytes: 16 * GIB, availableBytes: 10 * GIB, swap: null, pressure: null };

describe('main memory', () => {
  test('without a model is other programs and what is free', () => {
    expect(ledgerOf({ memory, gpus: [], model: null, engine: null })).toEqual([
      {
        name: 'Memory',
        totalBytes: 16 * GIB,
        weightsBytes: 0,
        kvCacheBytes: 0,
        computeBytes: 0,
        othersBytes: 6 * GIB,
        freeBytes: 10 * GIB,
        note: null,
      },
    ]);
  });

  test('counts mapped weights as the model’s although the system calls them available', () => {
    const model = [actualDevice('Memory', { weightsBytes: 4 * GIB, kvCacheBytes: GIB, computeBytes: 0 })];
    const engine = { residentBytes: 5.5 * GIB, fileBytes: 4 * GIB, swappedBytes: 0 };
    // Of the 6 GiB in use 1.5 are the engine's own; the 4 GiB of weights are pages of the file.
    expect(ledgerOf({ memory, gpus: [], model, engine })[0]).toMatchObject({
      weightsBytes: 4 * GIB,
      kvCacheBytes: GIB,
      computeBytes: 0.5 * GIB,
      othersBytes: 4.5 * GIB,
      freeBytes: 6 * GIB,
    });
  });

  test('holds only as much of the weights as was read so far', () => {
    const engine = { residentBytes: 2 * GIB, fileBytes: GIB, swappedBytes: 0 };
    const model = [actualDevice('Memory', { weightsBytes: 4 * GIB, kvCacheBytes: GIB })];
    expect(ledgerOf({ memory, gpus: [], model, engine })[0]).toMatchObject({
      weightsBytes: GIB,
      kvCacheBytes: GIB,
    });
  });

  test('says so where the system does not tell which pages are the file’s', () => {
    const engine = { residentBytes: GIB, fileBytes: null, swappedBytes: null };
    expect(ledgerOf({ memory, gpus: [], model: [], engine })[0]?.note).toMatch(/does not tell/);
  });
});

describe('a card', () => {
  const card = { name: 'Card', totalBytes: 8 * GIB, unified: false, freeBytes: 2 * GIB, isCurrent: true };
  const model = [actualDevice('Card', { weightsBytes: 4 * GIB, kvCacheBytes: GIB, computeBytes: 0 })];

  test('is what the model allocated, what others hold, and the rest', () => {
    expect(ledgerOf({ memory, gpus: [card], model, engine: null })[0]).toEqual({
      name: 'Card',
      totalBytes: 8 * GIB,
      weightsBytes: 4 * GIB,
      kvCacheBytes: GIB,
      computeBytes: 0,
      othersBytes: GIB,
      freeBytes: 2 * GIB,
      note: null,
    });
  });

  test('whose free memory is not known, or was read before, says so', () => {
    const [unknown] = ledgerOf({ memory, gpus: [{ ...card, freeBytes: null }], model, engine: null });
    expect(unknown).toMatchObject({ othersBytes: null, freeBytes: null, weightsBytes: 4 * GIB });
    expect(unknown?.note).toBe('How much of it is free is not known.');
    const [older] = ledgerOf({ memory, gpus: [{ ...card, isCurrent: false }], model: null, engine: null });
    expect(older?.note).toMatch(/looked at last/);
    const [shared] = ledgerOf({ memory, gpus: [{ ...card, unified: true }], model, engine: null });
    expect(shared?.note).toBe('It shares the main memory.');
  });
});

test('whatever is read, no part is negative and the parts make up the whole', () => {
  const bytes = fc.integer({ min: 0, max: 64 * GIB });
  const device = (name: string) =>
    fc.record({
      name: fc.constant(name),
      weightsBytes: bytes,
      kvCacheBytes: bytes,
      computeBytes: bytes,
      seenBytes: fc.option(bytes),
    });
  const input: fc.Arbitrary<LedgerInput> = fc.record({
    memory: fc.record({
      totalBytes: bytes,
      availableBytes: bytes,
      swap: fc.constant(null),
      pressure: fc.constant(null),
    }),
    gpus: fc.array(
      fc.record({
        name: fc.constant('Card'),
        totalBytes: bytes,
        unified: fc.boolean(),
        freeBytes: fc.option(bytes),
        isCurrent: fc.boolean(),
      }),
      { maxLength: 1 },
    ),
    model: fc.option(fc.tuple(device('Card'), device('Memory'))),
    engine: fc.option(
      fc.record({ residentBytes: bytes, fileBytes: fc.option(bytes), swappedBytes: fc.option(bytes) }),
    ),
  });
  fc.assert(
    fc.property(input, (given) => {
      for (const { totalBytes, name: _, note: _note, ...parts } of ledgerOf(given)) {
        const known = Object.values(parts).filter((part) => part !== null);
        for (const part of known) expect(part).toBeGreaterThanOrEqual(0);
        const sum = known.reduce((total, part) => total + part, 0);
        if (parts.freeBytes === null) expect(sum).toBeLessThanOrEqual(totalBytes);
        else expect(sum).toBe(totalBytes);
      }
    }),
    { numRuns: RUNS },
  );
});

describe('the warning', () => {
  const levelOf = (availableBytes: number, totalBytes = 16 * GIB, more: Partial<MemoryState> = {}) =>
    memoryWarning({ ...memory, totalBytes, availableBytes, ...more }, null)?.level ?? null;

  test('comes while there is still something free: half a GiB, a twentieth, two GiB at most', () => {
    expect([levelOf(GIB, 8 * GIB), levelOf(500 * MIB, 8 * GIB)]).toEqual([null, 'tight']);
    expect([levelOf(1.7 * GIB, 32 * GIB), levelOf(1.5 * GIB, 32 * GIB)]).toEqual([null, 'tight']);
    expect([levelOf(2.1 * GIB, 256 * GIB), levelOf(1.9 * GIB, 256 * GIB)]).toEqual([null, 'tight']);
  });

  test('is another once the engine is on disk, or processes wait for memory', () => {
    const engine = { residentBytes: GIB, fileBytes: 0, swappedBytes: 100 * MIB };
    expect(memoryWarning(memory, engine)?.level).toBe('swapping');
    expect(memoryWarning(memory, { ...engine, swappedBytes: MIB })).toBeNull();
    expect(levelOf(10 * GIB, 16 * GIB, { pressure: 0.2 })).toBe('swapping');
  });

  test('names what is left and what to do', () => {
    expect(memoryWarning({ ...memory, availableBytes: 300 * MIB }, null)?.words).toBe(
      'Only 300 MiB of main memory are free. Before the computer starts to move memory to disk, close other programs or take a smaller model.',
    );
  });
});
