import { expect, test } from 'vitest';
import { kvCacheBytes } from '../../../../../src-main/domain/planner/analytic/kv-cache.ts';
import type { KvCacheType } from '../../../../../src-main/contract/plan.contract.ts';
import { denseModel } from '../../../../helpers/real-model-parts.ts';
import { realModel, type RealModel } from '../../../../helpers/real-models.ts';
import { knownLayout } from '../known-layout.ts';

const MIB = 2 ** 20;

function shape(layers: number, headsKv: number, headSize: number): RealModel {
  return denseModel({
    name: 'shape',
    architecture: 'llama',
    layers,
    embedding: 32 * headSize,
    heads: 32,
    headsKv,
    headSize,
    feedForward: 256,
    vocabulary: 2048,
    context: 131_072,
  });
}

/** Buffers that llama.cpp reported: layers, KV heads, head size, cells, key and value type, MiB. */
const reported = [
  ['Llama 3.2 1B', 16, 8, 64, 2048, 'f16', 'f16', 64],
  ['Llama 3.2 1B', 16, 8, 64, 2048, 'q8_0', 'q8_0', 34],
  ['Llama 3.2 1B', 16, 8, 64, 2048, 'q4_0', 'q4_0', 18],
  ['Llama 3.2 3B', 28, 8, 128, 4096, 'f16', 'f16', 448],
  ['Llama 3.2 3B', 28, 8, 128, 4096, 'q8_0', 'f16', 343],
  ['Llama 3.2 3B', 28, 8, 128, 4096, 'q5_1', 'f16', 308],
  ['Llama 3.2 3B', 28, 8, 128, 4096, 'q5_0', 'f16', 301],
  ['Llama 3.2 3B', 28, 8, 128, 4096, 'q4_1', 'f16', 294],
  ['Llama 3.2 3B', 28, 8, 128, 4096, 'q4_0', 'f16', 287],
  ['Llama 2 7B', 32, 32, 128, 2048, 'f16', 'f16', 1024],
  ['Llama 3.1 8B', 32, 8, 128, 8192, 'f16', 'f16', 1024],
  ['Qwen3 8B', 36, 8, 128, 4096, 'f16', 'f16', 576],
  ['Qwen3 8B', 36, 8, 128, 8192, 'f16', 'f16', 1152],
  ['Qwen3 8B', 36, 8, 128, 40_960, 'f16', 'f16', 5760],
  ['Qwen3 8B', 36, 8, 128, 131_072, 'f16', 'f16', 18_432],
  ['Qwen3 14B', 40, 8, 128, 16_384, 'f16', 'f16', 2560],
] as const;

test.each(reported)(
  '%s: %i layers of %i heads of %i, %i cells, %s and %s: %i MiB',
  (_, layers, headsKv, headSize, contextSize, cacheTypeK, cacheTypeV, mib) => {
    const layout = knownLayout(shape(layers, headsKv, headSize));
    const settings = { ...plain, contextSize, cacheTypeK, cacheTypeV };
    expect(kvCacheBytes(layout, settings)).toBe(mib * MIB);
  },
);

test.each([
  ['Llama-3.2-1B', 32_768],
  ['Llama-3.1-8B', 131_072],
  ['Llama-3.1-70B', 327_680],
  ['Qwen3-8B', 147_456],
  ['Qwen3-14B', 163_840],
])('%s keeps %i bytes for a token', (name, bytes) => {
  const layout = knownLayout(realModel(name));
  expect(kvCacheBytes(layout, { ...plain, contextSize: 1024 })).toBe(1024 * bytes);
});

const plain = {
  contextSize: 4096,
  cacheTypeK: 'f16' as KvCacheType,
  cacheTypeV: 'f16' as KvCacheType,
  sequences: 1,
  batchSize: 512,
  flashAttention: true,
};

test('layers with a sliding window keep no more cells than window and step need', () => {
  const layout = knownLayout(realModel('Gemma-3-4B'));
  const row = 2 * 4 * 256 * 2;
  const cells = (full: number, sliding: number) => (5 * full + 29 * sliding) * row;
  expect(kvCacheBytes(layout, plain)).toBe(cells(4096, 1792));
  expect(kvCacheBytes(layout, { ...plain, contextSize: 131_072 })).toBe(cells(131_072, 1792));
  expect(kvCacheBytes(layout, { ...plain, contextSize: 1000 })).toBe(cells(1024, 1024));
  expect(kvCacheBytes(layout, { ...plain, sequences: 2 })).toBe(2 * cells(4096, 1792));
});

test('layers that borrow a cache have none, and without flash attention values are as wide as the widest', () => {
  const layout = knownLayout(realModel('Gemma-4-E4B'));
  // Of 24 layers with a cache 20 slide; heads of 256 there and of 512 elsewhere, two of each.
  const cells = { full: 4096, sliding: 1280 };
  expect(kvCacheBytes(layout, plain)).toBe((4 * cells.full * 2048 + 20 * cells.sliding * 1024) * 2);
  expect(kvCacheBytes(layout, { ...plain, flashAttention: false })).toBe(
    (4 * cells.full * 2048 + 20 * cells.sliding * (512 + 1024)) * 2,
  );
});

test('latent attention keeps one compressed row for keys and values', () => {
  const layout = knownLayout(realModel('DeepSeek-V2-Lite'));
  expect(kvCacheBytes(layout, plain)).toBe(27 * 4096 * 576 * 2);
});

test('recurrent layers keep a state in F32 for each sequence, however long the context', () => {
  const mamba = knownLayout(realModel('Mamba-2.8B'));
  const state = 64 * (3 * 5120 + 16 * 5120) * 4;
  expect(kvCacheBytes(mamba, plain)).toBe(state);
  expect(kvCacheBytes(mamba, { ...plain, contextSize: 65_536, cacheTypeK: 'q4_0' })).toBe(state);
  expect(kvCacheBytes(mamba, { ...plain, sequences: 3 })).toBe(3 * state);
  const hybrid = knownLayout(realModel('Qwen3.5-9B'));
  const deltaNet = 24 * (3 * (4096 + 2 * 16 * 128) + 128 * 4096) * 4;
  expect(kvCacheBytes(hybrid, plain)).toBe(deltaNet + 8 * 4096 * 2 * 4 * 256 * 2);
});
