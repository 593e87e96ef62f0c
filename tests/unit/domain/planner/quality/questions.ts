import fc from 'fast-check';
import type { QualityQuestion } from '../../../../../src-main/domain/planner/quality/types.ts';

export const llama8b: QualityQuestion = {
  family: 'llama-3',
  architecture: 'llama',
  parameters: 8_030_261_248,
  level: 'Q4_K_M',
  bitsPerWeight: 4.8944,
  hasImatrix: false,
  isQat: false,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
};

export const familyNames = [
  null,
  'llama-3',
  'llama-2',
  'gemma-2',
  'qwen3.5',
  'nibble-tiny',
  'never heard of',
];

/** Models of every family and size, at the level that a test sets. */
export const models: fc.Arbitrary<QualityQuestion> = fc.record({
  family: fc.constantFrom(...familyNames),
  architecture: fc.constantFrom('llama', 'qwen2', 'gemma2', 'gpt-oss'),
  parameters: fc.double({ min: 1e6, max: 1e13, noNaN: true }),
  level: fc.constant(null),
  bitsPerWeight: fc.double({ min: 0.5, max: 32, noNaN: true }),
  hasImatrix: fc.constantFrom(true, false, null),
  isQat: fc.boolean(),
  uploader: fc.constantFrom(null, 'unsloth', 'bartowski', 'lmstudio-community'),
  cacheTypeK: fc.constantFrom('f16', 'q8_0', 'q4_0'),
  cacheTypeV: fc.constantFrom('f16', 'q8_0', 'q4_0'),
});
