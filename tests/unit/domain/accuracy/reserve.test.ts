import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { driftOf } from '../../../../src-main/domain/accuracy/drift.ts';
import { learnedReserve, LEAST_RESERVE_BYTES } from '../../../../src-main/domain/accuracy/reserve.ts';
import {
  actualDevice,
  GIB,
  loadRecord,
  loadSettings,
  MIB,
  predictedDevice,
} from '../../../helpers/load-records.ts';

const RUNS = 10_000;
const card = { defaultBytes: GIB, totalBytes: 24 * GIB, isMainMemory: false };
const memory = { defaultBytes: 2 * GIB, totalBytes: 16 * GIB, isMainMemory: true };

describe('the reserve', () => {
  test('is the default until three loads have told something', () => {
    expect(learnedReserve({ ...card, drifts: [900 * MIB, 900 * MIB] })).toBe(GIB);
  });

  test('shrinks to 256 MiB on a card whose predictions held, and stays in main memory', () => {
    const drifts = [-20 * MIB, 0, -5 * MIB];
    expect(learnedReserve({ ...card, drifts })).toBe(256 * MIB);
    expect(learnedReserve({ ...memory, drifts })).toBe(2 * GIB);
  });

  test('grows by what was missing more than once', () => {
    const drifts = [300 * MIB, 400 * MIB, 0, 0];
    expect(learnedReserve({ ...card, drifts })).toBe(556 * MIB);
    expect(learnedReserve({ ...memory, drifts })).toBe(2 * GIB + 300 * MIB);
  });

  test('forgets what was more than twenty loads ago', () => {
    const drifts = [...Array<number>(20).fill(0), 900 * MIB, 900 * MIB];
    expect(learnedReserve({ ...card, drifts })).toBe(256 * MIB);
  });

  const input = fc.record({
    defaultBytes: fc.integer({ min: 256 * MIB, max: 4 * GIB }),
    totalBytes: fc.integer({ min: GIB, max: 128 * GIB }),
    isMainMemory: fc.boolean(),
    drifts: fc.array(fc.integer({ min: -8 * GIB, max: 64 * GIB }), { maxLength: 30 }),
  });

  test('never falls below 256 MiB, nor beyond a quarter of a device that is larger than four defaults', () => {
    fc.assert(
      fc.property(input, (given) => {
        const reserve = learnedReserve(given);
        expect(reserve).toBeGreaterThanOrEqual(LEAST_RESERVE_BYTES);
        expect(reserve).toBeLessThanOrEqual(Math.max(given.totalBytes / 4, given.defaultBytes));
      }),
      { numRuns: RUNS },
    );
  });

  test('is not changed by one outlier, and never shrinks when predictions were further too low', () => {
    fc.assert(
      fc.property(input, fc.nat(), fc.integer({ min: 0, max: GIB }), (given, place, worse) => {
        const { drifts } = given;
        fc.pre(drifts.length >= 3);
        const index = place % Math.min(drifts.length, 20);
        const largest = Math.max(...drifts.slice(0, 20));
        const outlier = drifts.map((drift, each) => (each === index ? 10 ** 15 : drift));
        const capped = drifts.map((drift, each) => (each === index ? largest : drift));
        expect(learnedReserve({ ...given, drifts: outlier })).toBe(
          learnedReserve({ ...given, drifts: capped }),
        );
        const lower = drifts.map((drift) => drift + worse);
        expect(learnedReserve({ ...given, drifts: lower })).toBeGreaterThanOrEqual(learnedReserve(given));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('the drift of a load', () => {
  const gpu = { ...loadSettings, gpuLayers: 33 };
  const both = {
    devices: [predictedDevice('Card'), predictedDevice('Memory')],
    speed: loadRecord().predicted.speed,
  };

  test('is what the process grew by beyond the prediction, in main memory', () => {
    const seenBytes = predictedDevice('Memory').totalBytes + 40 * MIB;
    const record = loadRecord({ actual: [actualDevice('Memory', { seenBytes })] });
    expect(driftOf(record, 'Memory')).toBe(40 * MIB);
    expect(driftOf(record, 'Card')).toBeNull();
  });

  test('counts what other programs took of a card meanwhile, but not what they gave back', () => {
    const of = (seenBytes: number | null) =>
      driftOf(
        loadRecord({
          settings: gpu,
          predicted: both,
          actual: [actualDevice('Card', { seenBytes }), actualDevice('Memory')],
        }),
        'Card',
      );
    const { totalBytes } = predictedDevice('Card');
    expect([of(totalBytes + GIB), of(0), of(null)]).toEqual([GIB, 0, 0]);
  });

  test('of a load that failed is all that seemed to be left, on the device that was to hold it', () => {
    const failed = { actual: null, failure: 'no memory', predicted: both };
    const left = 8 * GIB - predictedDevice('Card').totalBytes;
    expect(driftOf(loadRecord({ ...failed, settings: gpu }), 'Card')).toBe(left);
    expect(driftOf(loadRecord({ ...failed, settings: gpu }), 'Memory')).toBeNull();
    expect(driftOf(loadRecord(failed), 'Memory')).toBe(left);
  });
});
