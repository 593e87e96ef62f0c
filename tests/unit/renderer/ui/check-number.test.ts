import { expect, test } from 'vitest';
import { checkNumber } from '../../../../src-renderer/lib/ui/check-number.ts';

const seed = { min: 0, max: 4_294_967_295, whole: true, emptyMeans: 'New' };
const penalty = { min: 0.5, max: 2 };

test.each([
  [' 42 ', seed, { value: 42, error: null }],
  ['', seed, { value: null, error: null }],
  ['4294967295', seed, { value: 4_294_967_295, error: null }],
  ['1,1', penalty, { value: 1.1, error: null }],
  ['0.5', penalty, { value: 0.5, error: null }],
])('%j is understood', (typed, range, expected) => {
  expect(checkNumber(typed, range)).toEqual(expected);
});

test.each([
  ['4294967296', seed],
  ['-1', seed],
  ['1.5', seed],
  ['', penalty],
  ['0.49', penalty],
  ['two', penalty],
  ['1e999', penalty],
  ['NaN', penalty],
])('%j is refused with what would be right', (typed, range) => {
  const { error } = checkNumber(typed, range);
  expect(error).toBe(`Enter a${range === seed ? ' whole' : ''} number from ${range.min} to ${range.max}.`);
});
