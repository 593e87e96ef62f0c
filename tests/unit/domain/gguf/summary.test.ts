import { describe, expect, test } from 'vitest';
import { readGgufHeader } from '../../../../src-main/domain/gguf/read-header.ts';
import { summarizeModel } from '../../../../src-main/domain/gguf/summary.ts';
import type { GgufValue, GgufValueType } from '../../../../src-main/domain/gguf/types.ts';
import type { MetadataEntry, TensorShape } from '../../../../src-main/domain/gguf/writer.ts';
import { baseEntries, baseTensors } from '../../../fuzz/gguf/base-file.ts';
import { verdictOn } from '../../../fuzz/gguf/verdict.ts';
import { ggufBytes, MemorySource } from '../../../helpers/gguf-bytes.ts';

const entry = (key: string, value: GgufValue, type: GgufValueType = 'u32'): MetadataEntry => ({
  key,
  type,
  value,
});
const without = (...keys: string[]) => baseEntries.filter(({ key }) => !keys.includes(key));
/** The base file's entries with these in place of those of the same key. */
const withEntries = (...entries: MetadataEntry[]) => [
  ...without(...entries.map(({ key }) => key)),
  ...entries,
];

const verdict = (entries: readonly MetadataEntry[], tensors: readonly TensorShape[] = baseTensors) =>
  verdictOn(ggufBytes(entries, tensors), 'model.gguf');
async function summary(entries: readonly MetadataEntry[], path = 'model.gguf', tensors = baseTensors) {
  return summarizeModel(await readGgufHeader(new MemorySource(ggufBytes(entries, tensors))), path);
}
const renamed = (architecture: string) =>
  baseEntries.map(({ key, type, value }) =>
    key === 'general.architecture'
      ? entry(key, architecture, 'str')
      : entry(key.replace(/^llama\./, `${architecture}.`), value, type),
  );

test('a model in numbers', async () => {
  const matrixElements = 260 * 32 + 32 * 32 * 2 + 32 * 16 * 2 + 32 * 64 * 3;
  const normElements = 32 * 3;
  expect(await summary(baseEntries, '/models/Größe 1-Q8_0.gguf')).toEqual({
    name: 'Größe 1-Q8_0',
    architecture: 'llama',
    level: 'Q8_0',
    parameters: matrixElements + normElements,
    bitsPerWeight: ((matrixElements * 2 + normElements * 4) * 8) / (matrixElements + normElements),
    weightsBytes: matrixElements * 2 + normElements * 4,
    trainedContext: 512,
    layers: 1,
    embeddingLength: 32,
    headsKv: [1],
    headSizeK: 16,
    headSizeV: 16,
    vocabularySize: 260,
    chatTemplate: '{% for m in messages %}{{ m.content }}{% endfor %}',
  });
});

test('name, level and template from the file where it has them', async () => {
  const named = withEntries(entry('general.name', ' Tiny ', 'str'), entry('general.file_type', 15));
  expect(await summary(named)).toMatchObject({ name: 'Tiny', level: 'Q4_K_M' });
  expect(await summary(named, 'x-IQ2_M.gguf')).toMatchObject({ level: 'IQ2_M' });
  expect(await summary(without('tokenizer.chat_template'))).toMatchObject({
    level: null,
    chatTemplate: null,
  });
});

test('what a file calls itself is shown on one line of bearable length', async () => {
  const nameOf = async (name: string) =>
    (await summary(withEntries(entry('general.name', name, 'str')))).name;
  expect(await nameOf('a\n\tb\u0000\u202ec')).toBe('a b c');
  expect(await nameOf('x'.repeat(1_000_000))).toBe(`${'x'.repeat(120)}…`);
  expect(await nameOf(' \n')).toBe('model');
});

test('heads per layer, and head sizes that follow from the embedding', async () => {
  const tensors = [0, 1].flatMap((layer) =>
    baseTensors
      .filter(({ name }) => layer === 0 || name.startsWith('blk.0.'))
      .map((tensor) => ({ ...tensor, name: tensor.name.replace('blk.0.', `blk.${layer}.`) })),
  );
  const entries = withEntries(
    entry('llama.block_count', 2),
    entry('llama.attention.head_count', [4, 2], 'u32[]'),
    entry('llama.attention.head_count_kv', [2, 1], 'i32[]'),
  ).filter(({ key }) => !/attention\.(key|value)_length$/.test(key));
  expect(await summary(entries, 'model.gguf', tensors)).toMatchObject({
    headsKv: [2, 1],
    headSizeK: 8,
    headSizeV: 8,
  });
});

test('models without attention have no heads', async () => {
  const entries = renamed('mamba')
    .filter(({ key }) => !key.startsWith('mamba.attention.head'))
    .concat(entry('mamba.attention.head_count', 0));
  const tensors = baseTensors.filter(({ name }) => !name.includes('attn_'));
  expect(await summary(entries, 'model.gguf', tensors)).toMatchObject({ headsKv: [0] });
  expect(await verdict(withEntries(entry('llama.attention.head_count', 0)))).toMatchObject({
    code: 'model.malformed',
  });
});

describe('what a file holds instead of a model', () => {
  test.each([
    ['clip', 'projector for images or sound'],
    ['bert', 'text embedding model'],
    ['wavtokenizer-dec', 'speech model'],
    ['controlvector', 'control vector'],
  ])('%s', async (architecture, kind) => {
    expect(await verdict(renamed(architecture))).toMatchObject({
      code: 'model.notText',
      what: `model.gguf holds a ${kind}, not a language model.`,
    });
  });

  test('by its general type', async () => {
    const kindOf = async (type: string) =>
      (await verdict(withEntries(entry('general.type', type, 'str'))))?.what;
    expect(await kindOf('adapter')).toContain('LoRA adapter');
    expect(await kindOf('mmproj')).toContain('projector');
    expect(await kindOf('imatrix')).toContain('importance matrix');
    expect(await kindOf('model')).toBeUndefined();
  });

  test('only a vocabulary, nothing at all, or something from the future', async () => {
    expect(await verdict(baseEntries, [])).toMatchObject({ code: 'model.vocabularyOnly' });
    expect(await verdict(without('tokenizer.ggml.tokens'), [])).toMatchObject({ code: 'model.malformed' });
    expect(await verdict(renamed('llama9'))).toMatchObject({
      code: 'model.unknownArchitecture',
      what: 'The architecture "llama9" is not known to this version of Nibble.',
    });
    expect(await verdict(without('general.architecture'))).toMatchObject({ code: 'model.malformed' });
  });
});

describe('numbers that make sense together', () => {
  const oneLayer = (key: string) => (value: GgufValue) => withEntries(entry(`llama.${key}`, value));
  const text = (key: string) => (value: GgufValue) => withEntries(entry(key, value, 'str'));
  const tokens = baseEntries.find(({ key }) => key === 'tokenizer.ggml.tokens')?.value as string[];
  const experts = (entries: readonly [count: number, used: number, groups?: number, groupsUsed?: number]) => {
    const [count, used, groups, groupsUsed] = entries;
    return withEntries(
      entry('llama.expert_count', count),
      entry('llama.expert_used_count', used),
      ...(groups === undefined ? [] : [entry('llama.expert_group_count', groups)]),
      ...(groupsUsed === undefined ? [] : [entry('llama.expert_group_used_count', groupsUsed)]),
    );
  };

  const cases: [
    rule: string,
    accepts: readonly MetadataEntry[],
    refuses: readonly MetadataEntry[],
    why: string,
  ][] = [
    ['layers ≥ 1', oneLayer('block_count')(1), oneLayer('block_count')(0), 'block_count: 0 is not'],
    ['layers ≤ 512', oneLayer('block_count')(512), oneLayer('block_count')(513), 'block_count: 513 is not'],
    ['context ≥ 1', oneLayer('context_length')(1), oneLayer('context_length')(0), 'context_length: 0'],
    [
      'context ≤ 2^24',
      oneLayer('context_length')(2 ** 24),
      oneLayer('context_length')(2 ** 24 + 1),
      '16777217',
    ],
    ['context is there', baseEntries, without('llama.context_length'), 'context_length: it is missing'],
    [
      'KV heads ≤ heads',
      oneLayer('attention.head_count_kv')(2),
      oneLayer('attention.head_count_kv')(4),
      '4 KV heads',
    ],
    [
      'KV heads divide heads',
      oneLayer('attention.head_count')(3),
      [...withEntries(entry('llama.attention.head_count', 3), entry('llama.attention.head_count_kv', 2))],
      '2 KV heads do not go with 3 heads',
    ],
    [
      'heads divide the embedding',
      without('llama.attention.key_length'),
      withEntries(entry('llama.attention.head_count', 3)).filter(
        ({ key }) => key !== 'llama.attention.key_length',
      ),
      '3 heads do not divide an embedding of 32',
    ],
    [
      'one number per layer',
      withEntries(entry('llama.attention.head_count_kv', [1], 'u32[]')),
      withEntries(entry('llama.attention.head_count_kv', [1, 1], 'u32[]')),
      '2 numbers for 1 layers',
    ],
    [
      'a row of the embedding per token',
      baseEntries,
      withEntries(entry('tokenizer.ggml.tokens', tokens.slice(1), 'str[]')),
      'it has 260 rows for 259 tokens',
    ],
    [
      'templates ≤ 256 KiB',
      text('tokenizer.chat_template')('x'.repeat(262_144)),
      text('tokenizer.chat_template')('x'.repeat(262_145)),
      '262145 bytes are more than 262144',
    ],
    [
      'tokens differ',
      withEntries(entry('tokenizer.ggml.tokens', tokens.with(0, '').with(1, ''), 'str[]')),
      withEntries(entry('tokenizer.ggml.tokens', tokens.with(0, 'x'), 'str[]')),
      'two tokens have the same text',
    ],
    [
      'a type per token',
      baseEntries,
      withEntries(entry('tokenizer.ggml.token_type', [1], 'i32[]')),
      '1 entries for 260 tokens',
    ],
    [
      'scores are numbers',
      baseEntries,
      withEntries(
        entry(
          'tokenizer.ggml.scores',
          tokens.map(() => 0),
          'u8[]',
        ),
      ),
      'its type is u8[]; it has to be f32[] or i32[]',
    ],
    [
      'rope scaling is known',
      text('llama.rope.scaling.type')('yarn'),
      text('llama.rope.scaling.type')('warp'),
      '"warp" is not one of',
    ],
    ['experts ≤ 1,024', experts([1024, 8]), experts([1025, 8]), '1025 is not'],
    ['some experts are used', experts([8, 8]), experts([8, 0]), '0 of 8 experts'],
    ['no more experts than there are', experts([8, 2]), experts([8, 9]), '9 of 8 experts'],
    ['no experts, none used', experts([0, 0]), experts([0, 2]), '2 experts are used, but there are none'],
    ['groups divide experts', experts([8, 2, 4, 2]), experts([8, 2, 3, 2]), '3 does not divide 8'],
    [
      'fewer groups than experts',
      experts([8, 2, 1]),
      experts([8, 2, 8, 2]),
      '8 experts cannot form 8 groups',
    ],
    ['groups are used', experts([8, 2, 4, 3]), experts([8, 2, 4, 4]), 'expert_group_used_count: 4 is not'],
    [
      'predicted layers ≤ layers',
      oneLayer('nextn_predict_layers')(1),
      oneLayer('nextn_predict_layers')(2),
      'nextn_predict_layers: 2',
    ],
  ];

  test.each(cases)('%s', async (_, accepts, refuses, why) => {
    expect(await verdict(accepts)).toBeNull();
    const problem = await verdict(refuses);
    expect(problem).toMatchObject({ code: 'model.malformed' });
    expect(problem?.why).toContain(why);
  });
});
