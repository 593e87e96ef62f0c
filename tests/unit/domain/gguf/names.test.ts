import { expect, test } from 'vitest';
import { ggmlTypes } from '../../../../src-main/domain/gguf/ggml-types.ts';
import {
  levelOfFileType,
  parseLevel,
  parseSplitName,
  splitName,
  stem,
} from '../../../../src-main/domain/gguf/names.ts';

test.each([
  // As @huggingface/gguf reads them (figures.md, section 14).
  ['Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
  ['Codestral-22B-v0.1.gguf', undefined],
  ['model-F32-Q2_K.gguf', 'Q2_K'],
  ['Meta-Llama-3-8B-IQ3_XS.gguf', 'IQ3_XS'],
  ['model-Q4_0_4_4.gguf', 'Q4_0'],
  ['Qwen3-4B-UD-Q2_K_XL.gguf', 'UD-Q2_K_XL'],
  ['gemma-2-9b-it-Q6_K_L.gguf', 'Q6_K_L'],
  ['gpt-oss-20b-MXFP4.gguf', 'MXFP4'],
  ['Qwable-v1-35B-A3B-MXFP4_MOE.gguf', 'MXFP4_MOE'],
  // Names people meet.
  ['llama-2-7b-chat.Q2_K.gguf', 'Q2_K'],
  ['qwen2.5-0.5b-instruct-q4_k_m.gguf', 'Q4_K_M'],
  ['qwen2.5-0.5b-instruct-fp16.gguf', 'F16'],
  ['nibble-tiny-f16.gguf', 'F16'],
  ['gemma-3-BF16-00001-of-00002.gguf', 'BF16'],
  ['bitnet-TQ1_0.gguf', 'TQ1_0'],
  ['model_Q5_K_S.GGUF', 'Q5_K_S'],
  ['/models/Q8_0/other.gguf', undefined],
  ['C:\\models\\name-IQ4_NL.gguf', 'IQ4_NL'],
  ['XQ4_0.gguf', undefined],
  ['Q4_05.gguf', undefined],
])('%s is %s', (fileName, label) => {
  expect(parseLevel(fileName)?.label).toBe(label);
});

test('what a publisher added is told apart', () => {
  expect(parseLevel('a-Q6_K_L.gguf')).toEqual({ label: 'Q6_K_L', base: 'Q6_K', size: 'L', dynamic: false });
  expect(parseLevel('a-UD-Q2_K_XL.gguf')).toEqual({
    label: 'UD-Q2_K_XL',
    base: 'Q2_K',
    size: 'XL',
    dynamic: true,
  });
  expect(parseLevel('a-Q4_K_M.gguf')).toEqual({
    label: 'Q4_K_M',
    base: 'Q4_K_M',
    size: null,
    dynamic: false,
  });
});

test('every tensor type that is also a level is found in a name', () => {
  const levels = [...ggmlTypes.values()]
    .map(({ name }) => name)
    .filter((name) => !/^(?:I\d+|Q8_1)$/.test(name));
  expect(levels.map((name) => parseLevel(`model-${name}.gguf`)?.base)).toEqual(levels);
});

test('file types have the names of llama.cpp', () => {
  expect([0, 15, 30, 38, 41, 4, 33, 1024].map(levelOfFileType)).toEqual([
    ...['F32', 'Q4_K_M', 'IQ4_XS', 'MXFP4_MOE', 'Q2_0'],
    ...[null, null, null],
  ]);
});

test('names of parts', () => {
  expect(parseSplitName('grok-1-00003-of-00009.gguf')).toEqual({ prefix: 'grok-1', part: 3, count: 9 });
  expect(splitName('grok-1', 3, 9)).toBe('grok-1-00003-of-00009.gguf');
  expect(['grok-1-3-of-9.gguf', '-00001-of-00002.gguf', 'a-00001-of-00002.bin'].map(parseSplitName)).toEqual([
    null,
    null,
    null,
  ]);
  expect(stem('/models/größe 1-00001-of-00002.gguf')).toBe('größe 1');
  expect(stem('Model.GGUF')).toBe('Model');
});
