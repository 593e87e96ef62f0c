import { expect, test } from 'vitest';
import {
  isTextArchitecture,
  otherKind,
  textArchitectures,
} from '../../../../src-main/domain/gguf/architectures.ts';
import type { MetadataEntry } from '../../../../src-main/domain/gguf/writer.ts';
import { baseEntries, baseTensors, baseTokens } from '../../../fuzz/gguf/base-file.ts';
import { verdictOn } from '../../../fuzz/gguf/verdict.ts';
import { ggufBytes } from '../../../helpers/gguf-bytes.ts';

/** The base file under the name of another architecture, with more metadata of it. */
function called(architecture: string, more: Record<string, number | number[]> = {}): Uint8Array {
  const entries = baseEntries.map(({ key, type, value }): MetadataEntry =>
    key === 'general.architecture'
      ? { key, type, value: architecture }
      : { key: key.replace(/^llama\./, `${architecture}.`), type, value },
  );
  const extra = Object.entries(more).map(([key, value]): MetadataEntry => ({
    key: `${architecture}.${key}`,
    type: typeof value === 'number' ? 'u32' : 'u32[]',
    value,
  }));
  return ggufBytes([...entries, ...extra], baseTensors);
}

function withTokenizer(model: string, tokens: string[]): Uint8Array {
  const values: Record<string, MetadataEntry['value']> = {
    'tokenizer.ggml.model': model,
    'tokenizer.ggml.tokens': [...tokens, ...baseTokens].slice(0, baseTokens.length),
  };
  return ggufBytes(
    baseEntries.map((entry) => ({ ...entry, value: values[entry.key] ?? entry.value })),
    baseTensors,
  );
}

const byteNames = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

test.each([
  ['smallthinker', { expert_count: 4, expert_used_count: 2 }],
  ['glm4moe', { expert_count: 4, expert_used_count: [2] }],
  ['grovemoe', { expert_count: 4, expert_used_count: 2, experts_per_group: 1 }],
  ['qwen2vl', { 'rope.dimension_sections': [4, 2, 2, 0] }],
  ['jamba', { 'ssm.inner_size': 64 }],
])('%s with what it needs, and without', async (architecture, more) => {
  expect(await verdictOn(called(architecture, more))).toBeNull();
  for (const missing of Object.keys(more)) {
    const others = Object.fromEntries(Object.entries(more).filter(([key]) => key !== missing));
    expect(await verdictOn(called(architecture, others))).toMatchObject({
      code: 'model.malformed',
      why: expect.stringContaining(`${architecture}.${missing}: `),
    });
  }
});

test('tokenizers with a token for every byte they look up', async () => {
  expect(await verdictOn(withTokenizer('llama', byteNames))).toBeNull();
  expect(await verdictOn(withTokenizer('plamo2', byteNames))).toBeNull();
  const letterInstead = byteNames.with(0x61, 'a');
  expect(await verdictOn(withTokenizer('llama', letterInstead))).toBeNull();
  expect(await verdictOn(withTokenizer('plamo2', letterInstead))).toMatchObject({
    why: 'tokenizer.ggml.tokens: there is no token <0x61> for that byte.',
  });
  expect(await verdictOn(withTokenizer('llama', byteNames.with(0xff, 'x')))).toMatchObject({
    why: 'tokenizer.ggml.tokens: there is no token <0xFF> for that byte.',
  });
  expect(await verdictOn(withTokenizer('rwkv', ['\\n']))).toBeNull();
});

test('every architecture of the engine is known once', () => {
  // LLM_ARCH_NAMES of llama.cpp v0.5.0 has 152 names beside "(unknown)"; 18 of them do not write text.
  expect(new Set(textArchitectures).size).toBe(textArchitectures.length);
  expect(textArchitectures).toHaveLength(134);
  expect(textArchitectures.filter((name) => otherKind(name) !== undefined)).toEqual([]);
  expect(['llama', 'gemma3n', 'gpt-oss', 'qwen3vlmoe', 'mamba2'].every(isTextArchitecture)).toBe(true);
  expect(isTextArchitecture('(unknown)')).toBe(false);
});
