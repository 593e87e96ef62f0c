import { describe, expect, test } from 'vitest';
import { accuracyRows } from '../../../../src-main/domain/accuracy/report.ts';
import { reserveInWords } from '../../../../src-main/domain/accuracy/words.ts';
import {
  actualDevice,
  GIB,
  loadRecord,
  loadSettings,
  MIB,
  predictedDevice,
} from '../../../helpers/load-records.ts';

const speed = (decodeTokensPerSecond: number | null, prefillTokensPerSecond: number | null = null) => ({
  decodeTokensPerSecond,
  prefillTokensPerSecond,
});

describe('predictions held against what came', () => {
  test('one row for each file with its settings, medians over loads and answers', () => {
    const rows = accuracyRows([
      loadRecord({ id: 3, settings: { ...loadSettings, contextSize: 512 } }),
      loadRecord({
        id: 2,
        actual: [actualDevice('Memory', { computeBytes: 512 * MIB })],
        speeds: [speed(18, 120), speed(22)],
      }),
      loadRecord({ speeds: [speed(100), speed(null)] }),
    ]);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({
      loads: 2,
      failures: 0,
      answers: 4,
      decode: { predicted: 20, actual: 22 },
      prefill: { predicted: 100, actual: 120 },
      devices: [
        {
          name: 'Memory',
          weights: { predicted: 4 * GIB, actual: 4 * GIB },
          compute: { predicted: 256 * MIB, actual: 384 * MIB },
          total: { predicted: 5.25 * GIB, actual: 5.375 * GIB },
        },
      ],
    });
    expect(rows[1]?.words).toBe(
      'Main memory: 128 MiB more than predicted (2.4 %). Answers come 10 % faster than predicted.',
    );
  });

  test('what nobody can tell apart is called as predicted', () => {
    const seenBytes = predictedDevice('Memory').totalBytes + 7 * MIB;
    const [row] = accuracyRows([
      loadRecord({ actual: [actualDevice('Memory', { seenBytes })], speeds: [speed(19.5)] }),
    ]);
    expect(row?.words).toBe('Main memory is taken as predicted. Answers come as fast as predicted.');
  });

  test('what is much of a tiny model, and nothing to a computer, is called a few MiB', () => {
    const tiny = {
      weightsBytes: 14 * MIB,
      kvCacheBytes: 8 * MIB,
      computeBytes: 18 * MIB,
      totalBytes: 40 * MIB,
    };
    const [row] = accuracyRows([
      loadRecord({
        predicted: { devices: [predictedDevice('Memory', tiny)], speed: { ...speed(20), basis: 'measured' } },
        actual: [actualDevice('Memory', { ...tiny, seenBytes: 45 * MIB })],
      }),
    ]);
    expect(row?.words).toMatch(/^Main memory is taken as predicted, but for a few MiB\./);
  });

  test('a load that failed says so, with those that did not', () => {
    const failed = loadRecord({ actual: null, failure: 'no memory' });
    expect(accuracyRows([failed])[0]).toMatchObject({
      failures: 1,
      devices: [],
      words: 'The memory was not there: loading failed.',
    });
    expect(accuracyRows([failed, loadRecord()])[0]?.words).toBe(
      '1 of 2 loads failed, because the memory was not there. Main memory is taken as predicted.',
    );
  });

  test('nothing is said of speeds that were not predicted, nor of a device that nothing was put on', () => {
    const unknown = {
      devices: [predictedDevice('Memory')],
      speed: { ...speed(null), basis: 'unknown' as const },
    };
    const [row] = accuracyRows([loadRecord({ predicted: unknown, speeds: [speed(20)] })]);
    expect([row?.decode, row?.prefill]).toEqual([null, null]);
    const empty = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 };
    const idle = {
      devices: [predictedDevice('Card', empty), predictedDevice('Memory')],
      speed: loadRecord().predicted.speed,
    };
    const [other] = accuracyRows([
      loadRecord({ predicted: idle, actual: [actualDevice('Card', empty), actualDevice('Memory')] }),
    ]);
    expect(other?.devices.map(({ name }) => name)).toEqual(['Memory']);
  });
});

test.each([
  [{ bytes: GIB, loads: 2 }, /stay free\. After 3 loads/],
  [{ bytes: GIB / 2, loads: 9 }, /learned from 9 loads: less than usual \(1\.0 GiB\)/],
  [{ bytes: 2 * GIB, loads: 9 }, /2\.0 GiB of Card stay free.*more than predicted/],
  [{ bytes: GIB, loads: 3 }, /the usual/],
])('a reserve is explained: %o', (reserve, words) => {
  expect(reserveInWords({ device: 'Card', defaultBytes: GIB, ...reserve })).toMatch(words);
});
