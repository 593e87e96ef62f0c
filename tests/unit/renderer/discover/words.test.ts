import { expect, test } from 'vitest';
import type { ModelVerdicts } from '../../../../src-main/contract/discover.contract.ts';
import {
  bySize,
  nothingServes,
  pickedVerdict,
  verdictWords,
} from '../../../../src-renderer/lib/features/discover/catalogue-words.ts';
import {
  compactCount,
  dayOf,
  usualSize,
} from '../../../../src-renderer/lib/features/discover/found-words.ts';
import { FakeHub } from '../../../helpers/fake-hub.ts';

const speed = {
  decodeTokensPerSecond: 12.34,
  prefillTokensPerSecond: null,
  basis: 'modelled' as const,
};
const fitting = {
  level: 'Q4_K_M',
  fits: 'partial' as const,
  neededBytes: 2 ** 33,
  contextSize: 8192,
  speed,
};
const tooLarge = { ...fitting, level: 'Q8_0', fits: 'no' as const, neededBytes: 2 ** 34 };

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1 k'],
  [98_765, '98.8 k'],
  [999_949, '999.9 k'],
  [999_950, '1 M'],
  [1_234_567, '1.2 M'],
])('%d reads %s', (count, words) => {
  expect(compactCount(count)).toBe(words);
});

test('a day stays on one line', () => {
  expect(dayOf(Date.UTC(2026, 9, 12, 12))).toBe('Oct\u00A012,\u00A02026');
});

test('every model of the catalogue stands in one group, smallest first', () => {
  const { catalogue } = new FakeHub();
  const listed = bySize(catalogue.models).flatMap(({ models }) => models);
  expect(listed).toHaveLength(catalogue.models.length);
  expect(listed.map(({ parameters }) => parameters)).toEqual(
    catalogue.models.map(({ parameters }) => parameters).toSorted((a, b) => a - b),
  );
});

test('a verdict says where a level runs, how fast, or what it would need', () => {
  expect(verdictWords(fitting)).toBe('partly on the GPU, about 12.3 tokens/s');
  expect(verdictWords({ ...fitting, fits: 'cpu', speed: { ...speed, decodeTokensPerSecond: null } })).toBe(
    'in main memory',
  );
  expect(verdictWords(tooLarge)).toBe('does not fit: needs about 16.0 GiB');
});

test('without a pick, the sentence says why', () => {
  const verdicts: ModelVerdicts = { id: 'x', verdicts: [tooLarge, fitting], pick: 1 };
  expect(pickedVerdict(verdicts)).toBe(fitting);
  expect(pickedVerdict({ ...verdicts, pick: null })).toBeNull();
  expect(nothingServes({ ...verdicts, pick: null })).toBe('Would fit, but answers too slowly here.');
  expect(nothingServes({ id: 'x', verdicts: [tooLarge], pick: null })).toBe(
    'Does not fit here: even Q8_0 needs about 16.0 GiB.',
  );
});

test('the usual size comes from the parameters alone', () => {
  const [found] = new FakeHub().repositories;
  if (!found) throw new Error('no repository');
  expect(usualSize(found)).toBe('A Q4_K_M of it takes about 4.5 GiB');
  expect(usualSize({ ...found, parameters: null })).toBeNull();
});
