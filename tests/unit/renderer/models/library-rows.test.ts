import { expect, test } from 'vitest';
import type { Model, Verdict } from '../../../../src-main/contract/models.contract.ts';
import {
  chooseRows,
  type RowFilter,
  type Sorting,
} from '../../../../src-renderer/lib/features/models/library-rows.ts';
import { freedInWords, lastUseInWords } from '../../../../src-renderer/lib/features/models/model-words.ts';
import { verdict } from '../../../helpers/fake-library-samples.ts';
import { builtInModel, largeModel, missingModel } from '../../../helpers/fake-samples.ts';

const small: Model = {
  ...largeModel,
  id: 9,
  name: 'Qwen3 0.6B',
  family: 'Qwen',
  parameters: 6e8,
  sizeBytes: 5e8,
  source: 'ollama',
  path: '/home/ada/.ollama/models/blobs/sha256-00',
  origin: 'hf:Qwen/Qwen3-0.6B-GGUF',
  measuredTokensPerSecond: 120,
};
const models = [builtInModel, largeModel, missingModel, small];
const verdicts = new Map<number, Verdict>([
  [largeModel.id, { ...verdict, modelId: largeModel.id, fits: 'no', tokensPerSecond: 900 }],
  [builtInModel.id, { ...verdict, modelId: builtInModel.id, tokensPerSecond: 400 }],
]);

function names(filter: Partial<RowFilter>, sorting: Sorting = 'used'): string[] {
  const all = { text: '', source: 'all', fitting: false, ...filter } as const;
  return chooseRows(models, all, sorting, (id) => verdicts.get(id)).map(({ name }) => name);
}

test('every word has to be somewhere: in the name, the family, the level, the licence or the path', () => {
  expect(names({})).toEqual(models.map(({ name }) => name));
  expect(names({ text: 'llama Q4_K' })).toEqual(['Llama 3.1 8B Instruct', 'Qwen3 0.6B']);
  expect(names({ text: ' QWEN  apache ' })).toEqual(['Qwen3 4B']);
  expect(names({ text: 'hf:qwen' })).toEqual(['Qwen3 0.6B']);
  expect(names({ text: 'nothing' })).toEqual([]);
});

test('by place, and without what does not fit; what is not known yet stays', () => {
  expect(names({ source: 'ollama' })).toEqual(['Qwen3 0.6B']);
  expect(names({ fitting: true })).toEqual(['Nibble Tiny', 'Qwen3 4B', 'Qwen3 0.6B']);
});

test('in every order', () => {
  expect(names({}, 'name')).toEqual(['Llama 3.1 8B Instruct', 'Nibble Tiny', 'Qwen3 0.6B', 'Qwen3 4B']);
  expect(names({}, 'family')[0]).toBe('Llama 3.1 8B Instruct');
  expect(names({}, 'family').slice(2)).toEqual(['Qwen3 4B', 'Qwen3 0.6B']);
  expect(names({}, 'size').at(-1)).toBe('Nibble Tiny');
  expect(names({}, 'parameters').slice(2)).toEqual(['Qwen3 0.6B', 'Nibble Tiny']);
  expect(names({}, 'speed')).toEqual(['Nibble Tiny', 'Qwen3 0.6B', 'Llama 3.1 8B Instruct', 'Qwen3 4B']);
});

test('what was used when', () => {
  const now = new Date(2026, 4, 20, 15).getTime();
  const words = (...when: [year: number, month: number, day: number, hour: number]) =>
    lastUseInWords(new Date(...when).getTime(), now);
  expect(lastUseInWords(null, now)).toBe('never used');
  expect(words(2026, 4, 20, 0)).toBe('used today');
  expect(words(2026, 4, 19, 23)).toBe('used yesterday');
  expect(words(2026, 4, 10, 12)).toBe('used 10 days ago');
  expect(words(2025, 10, 2, 12)).toBe('used in November 2025');
});

test('what deleting frees', () => {
  expect(freedInWords(2 ** 30, 2 ** 30)).toMatch(/^Moves 1\.0 GiB to the trash/);
  expect(freedInWords(2 ** 30, 0)).toMatch(/^Frees no space/);
  expect(freedInWords(2 ** 31, 2 ** 30)).toMatch(/^Frees 1\.0 GiB of 2\.0 GiB/);
});
