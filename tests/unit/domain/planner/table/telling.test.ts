import { expect, it } from 'vitest';
import { paceInWords } from '../../../../../src-main/domain/planner/table/telling.ts';

it.each([
  [0.4, '0.4 tokens/s'],
  [9.94, '9.9 tokens/s'],
  [31.4, '31 tokens/s'],
  [2108.6, '2,109 tokens/s'],
])('a speed in a sentence: %d', (rate, words) => {
  expect(paceInWords(rate)).toBe(words);
});
