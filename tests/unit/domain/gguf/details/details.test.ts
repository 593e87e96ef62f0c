import { expect, test } from 'vitest';
import { modelDetails } from '../../../../../src-main/domain/gguf/details/details.ts';
import { familyName } from '../../../../../src-main/domain/gguf/family.ts';
import { readGgufHeader } from '../../../../../src-main/domain/gguf/read-header.ts';
import { summarizeModel } from '../../../../../src-main/domain/gguf/summary.ts';
import type { MetadataEntry } from '../../../../../src-main/domain/gguf/writer.ts';
import { baseTokens } from '../../../../fuzz/gguf/base-file.ts';
import { MemorySource } from '../../../../helpers/gguf-bytes.ts';
import { modelBytes } from '../../../../helpers/model-files.ts';

const text = (key: string, value: string): MetadataEntry => ({ key, type: 'str', value });

async function detailsOf(more: readonly MetadataEntry[] = []) {
  const bytes = modelBytes('A model', more);
  const header = await readGgufHeader(new MemorySource(bytes, '/m/A-model-F16.gguf'));
  const path = '/m/A-model-F16.gguf';
  const summary = summarizeModel(header, path);
  return modelDetails({ path, files: 1, sizeBytes: bytes.length, header, summary });
}

test('the header is read aloud', async () => {
  const details = await detailsOf([
    text('general.license', 'other'),
    text('general.license.name', 'my-licence'),
    text('general.finetune', 'Instruct'),
    { key: 'general.base_model.count', type: 'u32', value: 1 },
    text('general.base_model.0.name', 'Its base'),
    { key: 'general.languages', type: 'str[]', value: ['en', 'de'] },
  ]);
  expect(details.about).toMatchObject({
    name: 'A model',
    architecture: 'llama',
    licence: 'my-licence',
    finetune: 'Instruct',
    baseModels: ['Its base'],
    languages: ['en', 'de'],
  });
  expect(details.shape).toMatchObject({
    layers: 1,
    heads: 2,
    headsKv: 1,
    headSizeK: 16,
    trainedContext: 512,
    experts: null,
  });
  expect(details.rope).toMatchObject({ base: 10_000, dimensions: 16, scaling: 'none' });
  expect(details.tokenizer).toMatchObject({
    model: 'gpt2',
    preTokenizer: 'qwen2',
    vocabularySize: baseTokens.length,
    merges: 2,
    beginToken: '<|start|>',
    endToken: '<|end|>',
  });
  expect(details.warnings).toEqual([]);
});

test('every byte of the tensors is in one group, and in one type of it', async () => {
  const { quantization } = await detailsOf();
  const sum = (sizes: readonly { sizeBytes: number }[]) =>
    sizes.reduce((all, { sizeBytes }) => all + sizeBytes, 0);
  const header = await readGgufHeader(new MemorySource(modelBytes('A model')));
  expect(sum(quantization.groups)).toBe(sum(header.tensors));
  for (const group of quantization.groups) expect(sum(group.types)).toBe(group.sizeBytes);
  expect(quantization.groups.map(({ group }) => group).sort()).toEqual(
    expect.arrayContaining(['attention', 'embeddings', 'feedForward', 'norms']),
  );
});

test('what a person should know is warned of', async () => {
  const warningsOf = async (...more: MetadataEntry[]) => (await detailsOf(more)).warnings;
  const licence = text('general.license', 'mit');
  expect(await warningsOf()).toEqual(['noLicence']);
  expect(
    await warningsOf(licence, { key: 'tokenizer.ggml.eos_token_id', type: 'u32', value: 99_999 }),
  ).toContain('noEndToken');
  const tokens = baseTokens.map((token, id) => (id > 200 && id < 210 ? `\uFFFD${id}` : token));
  expect(await warningsOf(licence, { key: 'tokenizer.ggml.tokens', type: 'str[]', value: tokens })).toEqual([
    'damagedTokenizer',
  ]);
});

test.each([
  [['DeepSeek R1 Distill Llama 8B'], 'llama', 'Llama'],
  [['DeepSeek R1 Distill Qwen 7B'], 'qwen2', 'Qwen'],
  [['Mistral 7B Instruct v0.3'], 'llama', 'Mistral'],
  [['TinyLlama 1.1B'], 'llama', 'TinyLlama'],
  [['model'], 'gemma3', 'Gemma'],
  [['Phi 3.5 mini'], 'phi3', 'Phi'],
  [['gpt-oss-20b'], 'gpt-oss', 'gpt-oss'],
  [['something'], 'minicpm', 'minicpm'],
])('%j of %s is called %s', (names, architecture, family) => {
  expect(familyName(names, architecture)).toBe(family);
});
