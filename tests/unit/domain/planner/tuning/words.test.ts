import { expect, test } from 'vitest';
import type { Trial } from '../../../../../src-main/domain/planner/tuning/search.ts';
import {
  flashAttentionReason,
  tuningReasons,
  type Tuning,
} from '../../../../../src-main/domain/planner/tuning/words.ts';

const trial = (threads: number, tokensPerSecond: number, more: Partial<Trial> = {}): Trial => ({
  threads,
  batchSize: 128,
  flashAttention: true,
  tokensPerSecond,
  promptTokensPerSecond: 100,
  ...more,
});
const settings = { threads: 4, batchSize: 128, flashAttention: true };
const tuning = (trials: Trial[], basis: Tuning['basis'] = 'model'): Tuning => ({
  ...settings,
  basis,
  trials,
});

test.each([
  [
    [trial(2, 20), trial(4, 30), trial(8, 3)],
    '4 threads: measured here on layers of this shape, 1.5 times as fast as 2.',
  ],
  [
    [trial(4, 30), trial(8, 0.2)],
    '4 threads: measured here on layers of this shape, 150 times as fast as 8.',
  ],
  [[trial(4, 30), trial(8, 30.5)], '4 threads: measured here on layers of this shape, 8 would be no faster.'],
  [[trial(4, 30)], '4 threads: all the cores that are free; measured here on layers of this shape.'],
])('threads in words: %#', (trials, words) => {
  expect(tuningReasons(settings, tuning(trials))[0]).toBe(words);
});

test('says where it comes from, and what was not measured', () => {
  const trials = [trial(2, 20), trial(4, 30)];
  expect(tuningReasons(settings, tuning(trials, 'machine'))[0]).toContain('with another model');
  expect(tuningReasons({ ...settings, threads: 1 }, tuning([], 'unknown'))).toEqual([
    '1 thread: one core is left to other programs; it has not been measured yet.',
  ]);
  expect(tuningReasons({ ...settings, threads: 3 }, tuning(trials))[0]).toBe(
    '3 threads: as many cores as other programs leave free.',
  );
});

test('the batch is explained where larger ones were tried in vain', () => {
  const larger = trial(4, 30, { batchSize: 256, promptTokensPerSecond: 101 });
  expect(tuningReasons(settings, tuning([trial(4, 30), larger]))[1]).toBe(
    'Prompts are read 128 tokens at a time: measured here, larger batches gain nothing.',
  );
  const faster = { ...larger, promptTokensPerSecond: 150 };
  expect(tuningReasons(settings, tuning([trial(4, 30), faster]))).toHaveLength(1);
});

test('flash attention is explained where both were tried', () => {
  const off = trial(4, 45, { flashAttention: false });
  expect(flashAttentionReason(settings, tuning([trial(4, 30)]))).toBeNull();
  expect(flashAttentionReason(settings, tuning([trial(4, 30), off], 'unknown'))).toBeNull();
  expect(flashAttentionReason(settings, tuning([trial(4, 30), off]))).toContain('is on: measured here');
  const without = { ...settings, flashAttention: false };
  expect(flashAttentionReason(without, { ...tuning([trial(4, 30), off]), flashAttention: false })).toBe(
    'Flash attention is off: measured here, this processor answers 1.5 times as fast without it.',
  );
});

test('flash attention is explained where a smaller batch was chosen after it, and where the prompt decided', () => {
  const off = trial(4, 45, { flashAttention: false });
  const smaller = { ...off, batchSize: 64 };
  const chosen = { ...settings, batchSize: 64, flashAttention: false };
  expect(
    flashAttentionReason(chosen, { ...tuning([trial(4, 99), trial(4, 30), off, smaller]), ...chosen }),
  ).toBe('Flash attention is off: measured here, this processor answers 1.5 times as fast without it.');
  expect(flashAttentionReason(chosen, { ...tuning([trial(4, 45), off, smaller]), ...chosen })).toBe(
    'Flash attention is off: measured here, this processor is faster without it.',
  );
});
