import { expect, test } from 'vitest';
import {
  estimateMemory,
  simulateAnalytically,
  type AnalyticMachine,
} from '../../../../../src-main/domain/planner/analytic/estimate-memory.ts';
import type { ComputeSettings } from '../../../../../src-main/domain/planner/analytic/compute.ts';
import { realModel } from '../../../../helpers/real-models.ts';
import { knownLayout } from '../known-layout.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const settings: ComputeSettings = {
  gpuLayers: 0,
  contextSize: 8192,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  sequences: 1,
  batchSize: 512,
  flashAttention: true,
};
const laptop: AnalyticMachine = {
  memory: { totalBytes: 16 * GIB, availableBytes: 12 * GIB },
  gpu: null,
  cpuFeatures: [],
};
const card: NonNullable<AnalyticMachine['gpu']> = {
  name: 'Card',
  backend: 'vulkan',
  totalBytes: 24 * GIB,
  freeBytes: 23 * GIB,
  unified: false,
};

test('without a GPU all is in main memory, whatever was asked', () => {
  const layout = knownLayout(realModel('Llama-3.1-8B'), 'Q4_K');
  const { devices } = estimateMemory(layout, { ...settings, gpuLayers: 33 }, laptop);
  expect(devices.map(({ name }) => name)).toEqual(['Memory']);
  expect(devices[0]).toMatchObject({ kvCacheBytes: GIB, freeBytes: 12 * GIB });
  expect(simulateAnalytically(layout, { ...settings, gpuLayers: 33 }, laptop)).toEqual({
    impossible: 'there is no GPU',
  });
});

test('with all layers on the GPU main memory keeps embeddings and what goes to and fro', () => {
  const layout = knownLayout(realModel('Llama-3.1-8B'), 'Q4_K');
  const { devices } = estimateMemory(layout, { ...settings, gpuLayers: 33 }, { ...laptop, gpu: card });
  const [gpu, main] = devices;
  expect(gpu).toMatchObject({ name: 'Card', kvCacheBytes: GIB, freeBytes: 23 * GIB });
  expect(main).toMatchObject({ name: 'Memory', kvCacheBytes: 0 });
  expect(main?.weightsBytes).toBe(layout.tokenEmbeddingsBytes);
  expect(main?.computeBytes).toBeLessThan(256 * MIB);
});

test('a CPU that rearranges weights holds them twice, as far as there is room', () => {
  const layout = knownLayout(realModel('Llama-3.1-8B'), 'Q4_0');
  const weights = (machine: AnalyticMachine) =>
    estimateMemory(layout, settings, machine).devices[0]?.weightsBytes ?? 0;
  const avx2 = { ...laptop, cpuFeatures: ['AVX2'] };
  const plain = weights(laptop);
  expect(weights(avx2)).toBeGreaterThan(1.9 * plain);
  const tight = { ...avx2, memory: { totalBytes: 8 * GIB, availableBytes: 7 * GIB } };
  expect(weights(tight)).toBeLessThan(plain + GIB);
});

test('flash attention with a quantized cache costs a CUDA card one layer in F16', () => {
  const layout = knownLayout(realModel('Llama-3.1-8B'), 'Q4_K');
  const wanted = { ...settings, gpuLayers: 33, contextSize: 32_768 };
  const compute = (backend: 'cuda' | 'vulkan', type: 'f16' | 'q8_0') => {
    const where = { ...laptop, gpu: { ...card, backend } };
    return (
      estimateMemory(layout, { ...wanted, cacheTypeK: type, cacheTypeV: type }, where).devices[0]
        ?.computeBytes ?? 0
    );
  };
  expect(compute('cuda', 'f16')).toBe(compute('vulkan', 'f16'));
  expect(compute('cuda', 'q8_0') - compute('vulkan', 'q8_0')).toBe(32_768 * 2 * 1024 * 2);
});

test('without flash attention the scores of every head against every cell are held', () => {
  const layout = knownLayout(realModel('Llama-3.1-8B'), 'Q4_K');
  const computed = estimateMemory(layout, { ...settings, flashAttention: false }, laptop).devices[0]
    ?.computeBytes;
  expect(computed).toBeGreaterThan(32 * 8192 * 512 * 4);
});
