import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimate } from '../../../../src-main/domain/planner/estimate.ts';
import { explain, reasonsFor } from '../../../../src-main/domain/planner/explain.ts';
import { usableRamBytes, usableVramBytes } from '../../../../src-main/domain/planner/headroom.ts';
import type { Machine } from '../../../../src-main/domain/planner/types.ts';
import { machines, models, planOn, wishes } from './arbitraries.ts';

const runs = { numRuns: 10_000 };
const placementRank = { gpu: 2, partial: 1, cpu: 0 };
const demandRank = { roomy: 1, resident: 1, disk: 0 };

const moreMemory = fc.record({
  ram: fc.integer({ min: 0, max: 64 * 2 ** 30 }),
  vram: fc.integer({ min: 0, max: 24 * 2 ** 30 }),
});

function withMore(machine: Machine, more: { ram: number; vram: number }): Machine {
  const availableBytes = Math.min(machine.memory.totalBytes, machine.memory.availableBytes + more.ram);
  const { gpu } = machine;
  return {
    ...machine,
    memory: { ...machine.memory, availableBytes },
    gpu: gpu && { ...gpu, freeBytes: Math.min(gpu.totalBytes, gpu.freeBytes + more.vram) },
  };
}

test('more free memory never gives a smaller context, nor a worse place for the same context', () => {
  fc.assert(
    fc.property(models, machines, wishes, moreMemory, (model, machine, wish, more) => {
      const before = planOn(model, machine, wish);
      const after = planOn(model, withMore(machine, more), wish);
      if (!before?.fits) return;
      expect(after?.fits).toBe(true);
      const [old, now] = [before.candidate, after?.candidate];
      expect(now?.settings.contextSize).toBeGreaterThanOrEqual(old.settings.contextSize);
      if (now?.settings.contextSize !== old.settings.contextSize) return;
      expect(demandRank[now.demand]).toBeGreaterThanOrEqual(demandRank[old.demand]);
      if (demandRank[now.demand] > demandRank[old.demand]) return;
      expect(placementRank[now.placement]).toBeGreaterThanOrEqual(placementRank[old.placement]);
      expect(now.settings.gpuLayers).toBeGreaterThanOrEqual(old.settings.gpuLayers);
    }),
    runs,
  );
});

test('what is picked leaves the reserve on every device', () => {
  fc.assert(
    fc.property(models, machines, wishes, (model, machine, wish) => {
      const choice = planOn(model, machine, wish);
      if (!choice?.fits || choice.candidate.demand === 'disk') return;
      const gpu = choice.devices.find(({ name }) => name === 'GPU');
      const memory = choice.devices.find(({ name }) => name === 'Memory');
      const usesGpu = choice.candidate.settings.gpuLayers > 0;
      if (usesGpu)
        expect(gpu?.totalBytes).toBeLessThanOrEqual(machine.gpu ? usableVramBytes(machine.gpu) : 0);
      const shared = machine.gpu?.unified ? (gpu?.totalBytes ?? 0) : 0;
      expect((memory?.totalBytes ?? Infinity) + shared).toBeLessThanOrEqual(usableRamBytes(machine.memory));
    }),
    runs,
  );
});

test('no input makes it throw, and settings are always ones the engine accepts', () => {
  fc.assert(
    fc.property(models, machines, wishes, (model, machine, wish) => {
      const choice = planOn(model, machine, wish);
      if (!choice) return;
      const { settings } = choice.candidate;
      expect(settings.contextSize).toBeGreaterThanOrEqual(256);
      expect(settings.contextSize).toBeLessThanOrEqual(Math.max(256, model.trainedContext));
      expect(settings.gpuLayers).toBeLessThanOrEqual(machine.gpu ? model.layers + 1 : 0);
      expect(settings.cacheTypeK).toBe(settings.cacheTypeV);
      if (settings.cacheTypeV !== 'f16') {
        expect(settings.flashAttention).toBe(true);
        expect(model.headSizeK % 32).toBe(0);
      }
      if (model.architecture === 'qwen2') expect(settings.cacheTypeK).not.toBe('q4_0');
      for (const device of choice.devices) {
        expect(device.weightsBytes + device.kvCacheBytes + device.computeBytes).toBe(device.totalBytes);
      }
      const explained = {
        model,
        machine,
        wish,
        choice,
        memoryBasis: 'simulated' as const,
        areThreadsMeasured: true,
      };
      expect(explain(explained)).not.toMatch(/NaN|undefined|null/);
      expect(reasonsFor(explained).length).toBeGreaterThanOrEqual(5);
    }),
    runs,
  );
});

test('a smaller context never needs more', () => {
  fc.assert(
    fc.property(models, machines, wishes, (model, machine, wish) => {
      const choice = planOn(model, machine, wish);
      if (!choice) return;
      const { candidate } = choice;
      const smaller = {
        ...candidate,
        settings: { ...candidate.settings, contextSize: Math.ceil(candidate.settings.contextSize / 2) },
      };
      const [large, small] = [estimate(model, candidate), estimate(model, smaller)];
      if ('impossible' in large || 'impossible' in small) throw new Error('an estimate is always possible');
      expect(small.cpu.contextBytes).toBeLessThanOrEqual(large.cpu.contextBytes);
      expect(small.gpu?.contextBytes ?? 0).toBeLessThanOrEqual(large.gpu?.contextBytes ?? 0);
    }),
    runs,
  );
});
