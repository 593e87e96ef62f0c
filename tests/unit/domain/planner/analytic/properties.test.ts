import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kvCacheTypes } from '../../../../../src-main/contract/plan.contract.ts';
import {
  estimateMemory,
  simulateAnalytically,
} from '../../../../../src-main/domain/planner/analytic/estimate-memory.ts';
import { weightsByDevice } from '../../../../../src-main/domain/planner/analytic/weights.ts';
import { realModels } from '../../../../helpers/real-models.ts';
import { knownLayout } from '../known-layout.ts';

const GIB = 2 ** 30;
const RUNS = { numRuns: 10_000 };

const layout = fc.constantFrom(...realModels.map((model) => knownLayout(model, 'Q4_K')));
const settings = fc.record({
  gpuLayers: fc.nat(100),
  expertLayersOnCpu: fc.nat(100),
  contextSize: fc.integer({ min: 1, max: 2 ** 20 }),
  cacheTypeK: fc.constantFrom(...kvCacheTypes),
  cacheTypeV: fc.constantFrom(...kvCacheTypes),
  flashAttention: fc.boolean(),
  sequences: fc.integer({ min: 1, max: 8 }),
  batchSize: fc.integer({ min: 1, max: 4096 }),
});
const machine = fc.record({
  memory: fc.record({ totalBytes: fc.nat(512).map(gib), availableBytes: fc.nat(512).map(gib) }),
  gpu: fc.option(
    fc.record({
      name: fc.constant('GPU'),
      backend: fc.constantFrom('cuda' as const, 'vulkan' as const, 'metal' as const),
      totalBytes: fc.nat(96).map(gib),
      freeBytes: fc.nat(96).map(gib),
      unified: fc.boolean(),
    }),
  ),
  cpuFeatures: fc.subarray(['AVX2', 'AVX-512 F', 'AVX-512 VNNI', 'AMX INT8', 'NEON', 'dot product']),
});

function gib(count: number): number {
  return count * GIB;
}

test('every figure is a number of bytes, and the parts make the total', () => {
  fc.assert(
    fc.property(layout, settings, machine, (model, wanted, where) => {
      const { devices } = estimateMemory(model, wanted, where);
      for (const { weightsBytes, kvCacheBytes, computeBytes, totalBytes } of devices) {
        const parts = [weightsBytes, kvCacheBytes, computeBytes];
        expect(parts.every((bytes) => Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true);
        expect(totalBytes).toBe(weightsBytes + kvCacheBytes + computeBytes);
      }
    }),
    RUNS,
  );
});

test('a smaller context never needs more on any device', () => {
  fc.assert(
    fc.property(layout, settings, machine, fc.nat(2 ** 20), (model, wanted, where, less) => {
      const smaller = { ...wanted, contextSize: Math.max(1, wanted.contextSize - less) };
      const large = simulateAnalytically(model, wanted, where);
      const small = simulateAnalytically(model, smaller, where);
      if ('impossible' in large || 'impossible' in small) return;
      expect(small.cpu.contextBytes).toBeLessThanOrEqual(large.cpu.contextBytes);
      expect(small.gpu?.contextBytes ?? 0).toBeLessThanOrEqual(large.gpu?.contextBytes ?? 0);
    }),
    RUNS,
  );
});

test('more GPU layers never leave more weights in main memory, nor fewer on the GPU', () => {
  fc.assert(
    fc.property(layout, fc.nat(100), fc.nat(20), fc.nat(100), (model, gpuLayers, more, expertLayersOnCpu) => {
      const few = weightsByDevice(model, { gpuLayers, expertLayersOnCpu });
      const many = weightsByDevice(model, { gpuLayers: gpuLayers + more, expertLayersOnCpu });
      expect(many.cpu).toBeLessThanOrEqual(few.cpu);
      expect(many.gpu).toBeGreaterThanOrEqual(few.gpu);
    }),
    RUNS,
  );
});
