import { expect, test } from 'vitest';
import { familyOf, hasImatrix, isQat } from '../../../../../src-main/domain/planner/quality/identify.ts';

test.each([
  [['Nibble Tiny'], 'llama', 2048, 'nibble-tiny'],
  [['Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf'], 'llama', 128_256, 'llama-3'],
  [['DeepSeek-R1-Distill-Llama-8B-Q4_K_M.gguf'], 'llama', 128_256, 'llama-3'],
  [['llama-2-7b-chat.Q2_K.gguf'], 'llama', 32_000, 'llama-2'],
  [['mistral-7b-instruct-v0.2.Q4_K_M.gguf'], 'llama', 32_000, null],
  [['gemma-2-9b-it-Q6_K_L.gguf'], 'gemma2', 256_000, 'gemma-2'],
  [['gemma-3-12b-it-Q4_K_M.gguf'], 'gemma3', 262_144, null],
  [['Qwen_Qwen3.5-9B-Q4_K_M.gguf'], 'qwen35', 248_320, 'qwen3.5'],
  [[], '', NaN, null],
])('%j of %s with %i tokens is of family %s', (names, architecture, vocabularySize, family) => {
  expect(familyOf({ names, architecture, vocabularySize })).toBe(family);
});

test('an importance matrix leaves its mark in the header', () => {
  expect(hasImatrix(new Map([['quantize.imatrix.file', 'wiki.dat']]))).toBe(true);
  expect(hasImatrix(new Map([['general.name', 'imatrix']]))).toBe(false);
});

test.each([
  [['gemma-3-12b-it-qat-q4_0.gguf'], {}, true],
  [['model.gguf'], { 'general.name': 'Gemma 3 4b It Qat Q4_0 Unquantized' }, true],
  [['model.gguf'], { 'general.tags': ['text-generation', 'qat'] }, true],
  [['Qatar-7B-Q4_0.gguf'], {}, false],
  [['model.gguf'], { 'general.name': 7 }, false],
])('%j with %j: trained for its level, %s', (names, metadata, expected) => {
  expect(isQat(names, new Map(Object.entries(metadata)))).toBe(expected);
});
