import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GgufHeader, GgufValue } from '../../../../../src-main/domain/gguf/types.ts';
import { layoutOf } from '../../../../../src-main/domain/planner/layout/layout.ts';
import { isKnown, type LayerCache } from '../../../../../src-main/domain/planner/layout/types.ts';
import { realModel, realModels } from '../../../../helpers/real-models.ts';
import { realHeader } from '../../../../helpers/sparse-gguf.ts';
import { knownLayout } from '../known-layout.ts';

/** `F F R`: full, sliding, latent, recurrent, shared. */
function kinds(name: string): string {
  const letters: Record<LayerCache['kind'], string> = {
    full: 'F',
    sliding: 's',
    latent: 'L',
    recurrent: 'r',
    shared: 'b',
    none: '-',
  };
  return knownLayout(realModel(name))
    .layers.map(({ cache }) => letters[cache.kind])
    .join('');
}

test.each([
  ['Llama-3.2-1B', 'F'.repeat(16)],
  // Its window is in the file, but llama.cpp leaves it aside.
  ['Phi-Mini-3.5', 'F'.repeat(32)],
  ['Gemma-2-9B', 'sF'.repeat(21)],
  ['Gemma-3-4B', `${'sssssF'.repeat(5)}ssss`],
  ['Gemma-4-E4B', `${'sssssF'.repeat(4)}${'b'.repeat(18)}`],
  ['gpt-oss-20b', 'sF'.repeat(12)],
  ['DeepSeek-V2-Lite', 'L'.repeat(27)],
  ['Qwen3.5-9B', 'rrrF'.repeat(8)],
  ['Qwen3.5-35B-A3B', 'rrrF'.repeat(10)],
  ['LFM2-1.2B', 'rrFrrFrrFrFrFrFr'],
  ['Mamba-2.8B', 'r'.repeat(64)],
  ['RWKV-7-1.5B', 'r'.repeat(24)],
])('%s has layers %s', (name, letters) => {
  expect(kinds(name)).toBe(letters);
});

test.each(realModels.map((model) => [model.name, model] as const))(
  'every byte of %s is in one place',
  (_, model) => {
    const header = realHeader(model, 'Q4_K');
    const layout = knownLayout(model, 'Q4_K');
    const inLayers = layout.layers.flatMap(({ weights }) => Object.values(weights) as number[]);
    const counted = [
      ...inLayers,
      layout.inputBytes,
      layout.outputBytes,
      layout.perDeviceBytes,
      layout.skippedBytes,
    ];
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(sum(counted)).toBe(sum(header.tensors.map(({ sizeBytes }) => sizeBytes)));
    expect(layout.vocabularySize).toBe(model.vocabulary);
  },
);

test('experts, their number and what runs beside them', () => {
  expect(knownLayout(realModel('Qwen3-30B-A3B')).experts).toEqual({
    count: 128,
    used: 8,
    shared: 0,
    feedForward: 768,
  });
  const deepseek = knownLayout(realModel('DeepSeek-V2-Lite'));
  expect(deepseek.experts).toEqual({ count: 64, used: 6, shared: 2, feedForward: 1408 });
  expect(deepseek.layers.map(({ feedForward }) => feedForward)).toEqual([
    10_944,
    ...Array<number>(26).fill(2816),
  ]);
  const [first, second] = deepseek.layers;
  expect(first?.weights.experts).toBe(0);
  expect(second?.weights.experts).toBe(3 * 64 * 2048 * 1408 * 2);
});

test('layers that only predict further tokens are in the file but not loaded', () => {
  const header = realHeader(realModel('Qwen3.5-9B'), 'F16');
  const metadata = new Map(header.metadata).set('qwen35.nextn_predict_layers', 1);
  const layout = layoutOf({ ...header, metadata });
  const plain = layoutOf(header);
  if (!isKnown(layout) || !isKnown(plain)) throw new Error('it is known');
  expect(layout.layers.at(-1)?.cache).toEqual({ kind: 'none' });
  expect(layout.skippedBytes).toBe(
    Object.values(plain.layers.at(-1)?.weights ?? {}).reduce((sum: number, bytes: number) => sum + bytes, 0),
  );
});

const llama = realHeader(realModel('Llama-3.2-1B'), 'F16');
const withKey = (key: string, value: GgufValue | undefined): GgufHeader => {
  const metadata = new Map(llama.metadata);
  if (value === undefined) metadata.delete(key);
  else metadata.set(key, value);
  return { ...llama, metadata };
};

test.each([
  ['bert', { unknown: 'bert' }],
  ['qwen9000', { unknown: 'qwen9000' }],
  [undefined, { unknown: '' }],
  [7, { unknown: '' }],
])('the architecture %s is named, not guessed at', (architecture, unknown) => {
  expect(layoutOf(withKey('general.architecture', architecture))).toEqual(unknown);
});

test.each([
  ['llama.block_count', undefined],
  ['llama.block_count', 0],
  ['llama.block_count', 100_000],
  ['llama.block_count', 'many'],
  // The file has tensors of 16 layers.
  ['llama.block_count', 15],
  ['llama.block_count', 17],
  ['llama.embedding_length', undefined],
  ['llama.attention.head_count_kv', -1],
  ['llama.attention.head_count_kv', [8, 8]],
  ['llama.attention.head_count', 1.5],
  ['llama.attention.key_length', 2n ** 60n],
  ['llama.nextn_predict_layers', 16],
] as const)('%s that is %s is named', (key, value) => {
  expect(layoutOf(withKey(key, value))).toEqual({ unknown: 'llama', field: key });
});

test('a file without token embeddings is told so', () => {
  const tensors = llama.tensors.filter(({ name }) => name !== 'token_embd.weight');
  expect(layoutOf({ ...llama, tensors })).toEqual({ unknown: 'llama', field: 'token_embd.weight' });
});

test('a layer without tensors is told as a wrong number of layers', () => {
  const tensors = llama.tensors.filter(({ name }) => !name.startsWith('blk.7.'));
  expect(layoutOf({ ...llama, tensors })).toEqual({ unknown: 'llama', field: 'llama.block_count' });
});

test('no metadata makes it throw', () => {
  const value: fc.Arbitrary<GgufValue> = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.string(),
    fc.array(fc.integer({ min: -1, max: 600 }), { maxLength: 70 }),
    fc.array(fc.boolean(), { maxLength: 70 }),
  );
  const models = realModels.map((model) => realHeader(model, 'F16'));
  fc.assert(
    fc.property(fc.constantFrom(...models), fc.array(fc.tuple(fc.nat(60), value)), (header, changes) => {
      const metadata = new Map(header.metadata);
      const keys = [...metadata.keys()];
      for (const [index, changed] of changes) metadata.set(keys[index % keys.length] ?? '', changed);
      const layout = layoutOf({ ...header, metadata });
      expect('unknown' in layout || layout.layers.length > 0).toBe(true);
    }),
    { numRuns: 10_000 },
  );
});
