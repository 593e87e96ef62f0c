import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ggmlTypeId } from '../../../../../src-main/domain/gguf/ggml-types.ts';
import { cacheBytesAt, decodeSpeed } from '../../../../../src-main/domain/planner/speed/decode.ts';
import { modelledSpeed } from '../../../../../src-main/domain/planner/speed/machine-speed.ts';
import { prefillSpeed } from '../../../../../src-main/domain/planner/speed/prefill.ts';
import {
  speedInput,
  weightMix,
  type SpeedLayout,
  type SpeedSettings,
} from '../../../../../src-main/domain/planner/speed/model-input.ts';
import type { DeviceShare } from '../../../../../src-main/domain/planner/speed/types.ts';

const weights = { attention: 20e6, feedForward: 80e6, experts: 0, norms: 0, other: 0 };
const full = { kind: 'full', keyElements: 1024, valueElements: 1024 } as const;
const dense: SpeedLayout = {
  layers: new Array<SpeedLayout['layers'][number]>(32).fill({ cache: full, weights }),
  skippedLayers: 0,
  experts: null,
  slidingWindow: null,
  tokenEmbeddingsBytes: 300e6,
  isTied: false,
  outputBytes: 400e6,
};
const mix = [
  { format: 'q4k', shareOfBytes: 0.75, bitsPerWeight: 4.5 },
  { format: 'q6k', shareOfBytes: 0.25, bitsPerWeight: 6.5625 },
] as const;
const settings: SpeedSettings = { gpuLayers: 0, flashAttention: true, cacheTypeK: 'f16', cacheTypeV: 'f16' };
const places = { gpu: 0, cpu: 1 };

const bytesOf = (share: DeviceShare | undefined) =>
  share?.reads.reduce((sum, { bytes }) => sum + bytes, 0) ?? NaN;

test.each([
  [0, 0, 3.6e9, 0],
  [1, 0.4e9, 3.2e9, 1],
  [11, 1.4e9, 2.2e9, 1],
  [33, 3.6e9, 0, 0],
])('%i GPU layers read %f bytes on the GPU and %f in memory', (gpuLayers, gpu, cpu, crossings) => {
  const input = speedInput(dense, mix, { ...settings, gpuLayers }, places);
  expect(input.shares.map(bytesOf)).toEqual([gpu, cpu].map((bytes) => expect.closeTo(bytes, 0) as number));
  expect(input.crossings).toBe(crossings);
});

test('token embeddings are read only where they are the output too', () => {
  const tied = speedInput({ ...dense, isTied: true, outputBytes: 0 }, mix, settings, places);
  expect(bytesOf(tied.shares[1])).toBeCloseTo(3.5e9, 0);
});

test('a batch of a prompt reads more experts than a token, a large one all of them', () => {
  const layers = dense.layers.map((layer) => ({ ...layer, weights: { ...weights, experts: 400e6 } }));
  const sparse: SpeedLayout = { ...dense, layers, experts: { count: 64, used: 8 } };
  const machine = modelledSpeed({
    gpus: [{ name: 'RTX 4060', backend: 'cuda', unified: false }],
    cpu: { model: null, physicalCores: 8, features: ['AVX2'] },
  });
  const secondsOf = (tokens: number) => {
    const input = speedInput(sparse, mix, { ...settings, gpuLayers: 0 }, { gpu: 0, cpu: 1 });
    return tokens / prefillSpeed(machine, input, tokens).tokensPerSecond;
  };
  // From main memory to the card: at 512 tokens everything.
  const all = layers.length * 500e6 + dense.outputBytes;
  expect(secondsOf(512)).toBeGreaterThan(all / machine.transferBytesPerSecond);
  expect(secondsOf(512)).toBeLessThan((1.1 * all) / machine.transferBytesPerSecond);
  expect(secondsOf(1)).toBeLessThan(0.5 * secondsOf(512));
});

test('only active experts are read, and experts in main memory cost two crossings a layer', () => {
  const layers = dense.layers.map((layer) => ({ ...layer, weights: { ...weights, experts: 400e6 } }));
  const sparse: SpeedLayout = { ...dense, layers, experts: { count: 64, used: 8 } };
  const all = speedInput(sparse, mix, { ...settings, gpuLayers: 33 }, places);
  expect(all.shares.map(bytesOf)).toEqual([expect.closeTo(3.6e9 + 32 * 50e6, 0), 0]);
  const split = speedInput(sparse, mix, { ...settings, gpuLayers: 33, expertLayersOnCpu: 10 }, places);
  expect(bytesOf(split.shares[1])).toBeCloseTo(10 * 50e6, 0);
  expect(split.crossings).toBe(20);
});

test('windows end the growth of a cache, and a layer that shares one reads it all the same', () => {
  const sliding = { kind: 'sliding', keyElements: 1024, valueElements: 1024 } as const;
  const shared = { kind: 'shared', with: 'full' } as const;
  const layers = [full, sliding, shared].map((cache) => ({ cache, weights }));
  const [, cpu] = speedInput({ ...dense, layers, slidingWindow: 512 }, mix, settings, places).shares;
  if (!cpu) throw new Error('no share');
  expect(cacheBytesAt(cpu, 512)).toBe(3 * 4096 * 512);
  expect(cacheBytesAt(cpu, 2048)).toBe(4096 * (2 * 2048 + 512));
  const quantized = { ...settings, cacheTypeK: 'q8_0', cacheTypeV: 'q4_0' };
  const [, small] = speedInput({ ...dense, layers: layers.slice(0, 1) }, mix, quantized, places).shares;
  expect(small && cacheBytesAt(small, 1)).toBe((1024 * (8.5 + 4.5)) / 8);
});

test('recurrent layers and those not loaded', () => {
  const recurrent = { kind: 'recurrent', stateElements: 1000 } as const;
  const layers = [recurrent, { kind: 'none' } as const, full].map((cache) => ({ cache, weights }));
  const [, cpu] = speedInput({ ...dense, layers, skippedLayers: 1 }, mix, settings, places).shares;
  expect(cpu).toMatchObject({ layers: 2, cache: [], stateBytes: 8000 });
});

test('formats come from the tensors, without embeddings that are only looked up', () => {
  const tensor = (name: string, type: string, dimensions: number[], sizeBytes: number) => ({
    name,
    type: ggmlTypeId(type),
    dimensions,
    offsetBytes: 0,
    sizeBytes,
  });
  const tensors = [
    tensor('token_embd.weight', 'Q4_K', [256, 1000], 144_000),
    tensor('blk.0.attn_q.weight', 'Q4_K', [256, 300], 43_200),
    tensor('blk.0.attn_norm.weight', 'F32', [256], 1024),
    tensor('output.weight', 'Q6_K', [256, 100], 21_000),
  ];
  expect(weightMix(tensors, false)).toEqual([
    { format: 'q4k', shareOfBytes: 43_200 / 64_200, bitsPerWeight: 4.5 },
    { format: 'q6k', shareOfBytes: 21_000 / 64_200, bitsPerWeight: 6.5625 },
  ]);
  expect(weightMix(tensors, true)[0]?.shareOfBytes).toBeCloseTo(187_200 / 208_200, 9);
  expect(weightMix([], false)).toEqual([]);
});

test('on a fast card each layer more is no slower, and the last are worth most', () => {
  const machine = modelledSpeed({
    gpus: [{ name: 'NVIDIA GeForce RTX 3060', backend: 'cuda', unified: false }],
    cpu: { model: 'AMD Ryzen 5 5600X 6-Core Processor', physicalCores: 6, features: ['AVX2'] },
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 0, max: 100_000 }), (gpuLayers, depth) => {
      const [one = 0, two = 0, three = 0] = [0, 1, 2].map((more) => {
        const input = speedInput(dense, mix, { ...settings, gpuLayers: gpuLayers + more }, places);
        return decodeSpeed(machine, input, depth).tokensPerSecond;
      });
      expect(two).toBeGreaterThan(one);
      expect(three - two).toBeGreaterThan(two - one);
    }),
  );
});
