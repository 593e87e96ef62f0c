import { expect, test } from 'vitest';
import type { Model } from '../../../../src-main/contract/models.contract.ts';
import { smallerLevelOf } from '../../../../src-main/domain/levels/smaller-level.ts';
import { largeModel } from '../../../helpers/fake-samples.ts';

const GIB = 2 ** 30;

function level(label: string, gib: number, change: Partial<Model> = {}): Model {
  const path = `/models/llama-${label}.gguf`;
  return {
    ...largeModel,
    path,
    name: `Llama 3.1 8B ${label}`,
    level: label,
    sizeBytes: gib * GIB,
    ...change,
  };
}

const own = level('Q6_K', 6);
const of = (...others: Model[]) => smallerLevelOf(own, [own, ...others])?.level ?? null;

test('the next smaller file of the same model is found among all', () => {
  expect(of(level('Q8_0', 8), level('Q3_K_M', 3), level('Q4_K_M', 4.5), level('Q2_K', 2.5))).toBe('Q4_K_M');
});

test('another model, a fine-tune and a file that is away are not taken', () => {
  const name = 'Another 8B Q4_K_M';
  expect(of(level('Q4_K_M', 4.5, { name }))).toBeNull();
  expect(of(level('Q4_K_M', 4.5, { parameters: largeModel.parameters * 0.9 }))).toBeNull();
  expect(of(level('Q4_K_M', 4.5, { architecture: 'qwen3' }))).toBeNull();
  expect(of(level('Q4_K_M', 4.5, { available: false }))).toBeNull();
  expect(smallerLevelOf({ path: '/elsewhere.gguf' }, [own, level('Q4_K_M', 4.5)])).toBeNull();
});
