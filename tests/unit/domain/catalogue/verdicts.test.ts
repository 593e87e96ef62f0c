import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogueSchema } from '../../../../src-main/contract/catalogue.ts';
import type { Gpu } from '../../../../src-main/contract/hardware.contract.ts';
import { modelVerdicts } from '../../../../src-main/domain/catalogue/verdicts.ts';
import { modelledSpeed } from '../../../../src-main/domain/planner/speed/machine-speed.ts';
import { planTable } from '../../../../src-main/domain/planner/table/plan-table.ts';
import type { TableMachine } from '../../../../src-main/domain/planner/table/types.ts';
import { tableModel } from '../planner/table/tables.ts';

const GIB = 2 ** 30;
const file = join(import.meta.dirname, '../../../../resources/catalogue.json');
const { models } = catalogueSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

function machine(memoryGib: number, gpu: Gpu | null = null): TableMachine {
  const cpu = { model: null, physicalCores: 8, features: ['AVX2'] };
  return {
    memory: { totalBytes: memoryGib * GIB, availableBytes: memoryGib * 0.8 * GIB },
    gpu,
    cpuFeatures: cpu.features,
    threads: 8,
    areThreadsMeasured: false,
    speed: modelledSpeed({ gpus: gpu ? [gpu] : [], cpu }),
  };
}

const card: Gpu = {
  name: 'NVIDIA GeForce RTX 4090',
  backend: 'cuda',
  totalBytes: 24 * GIB,
  freeBytes: 23 * GIB,
  unified: false,
};

const byId = new Map(models.map((model) => [model.id, model]));

function verdictsOf(id: string, on: TableMachine) {
  const model = byId.get(id);
  if (!model) throw new RangeError(id);
  return modelVerdicts(model, on);
}

describe('what to expect of the catalogue', () => {
  it('is a verdict for each level of each model, on any machine', () => {
    for (const on of [machine(2), machine(8), machine(64, card)]) {
      for (const model of models) {
        const { verdicts, pick } = modelVerdicts(model, on);
        expect(verdicts.map(({ level }) => level)).toEqual(model.levels.map(({ level }) => level));
        if (pick !== null) expect(verdicts[pick]?.fits).not.toBe('no');
        for (const { neededBytes } of verdicts) expect(neededBytes).toBeGreaterThan(0);
      }
    }
  });

  it('is that large models need large machines, and small ones run everywhere', () => {
    expect(verdictsOf('llama-3.1-70b', machine(16)).pick).toBeNull();
    expect(verdictsOf('llama-3.1-70b', machine(128)).pick).not.toBeNull();
    expect(verdictsOf('smollm2-360m', machine(4)).pick).not.toBeNull();
    const { verdicts, pick } = verdictsOf('deepseek-r1-distill-llama-8b', machine(64, card));
    expect(verdicts[pick ?? -1]?.fits).toBe('gpu');
  });

  it('is that a mixture of experts answers faster than a dense model of its size', () => {
    const rate = (id: string, level: string) =>
      verdictsOf(id, machine(64)).verdicts.find((verdict) => verdict.level === level)?.speed
        .decodeTokensPerSecond ?? 0;
    expect(rate('qwen3-coder-30b-a3b', 'Q4_K_M')).toBeGreaterThan(3 * rate('qwen2.5-32b', 'Q4_K_M'));
  });

  // Norms, vocabulary and the types of single tensors are what the figures leave out.
  it.each([
    ['llama-3.1-8b', 'Llama-3.1-8B', 'Q8_0'],
    ['llama-3.2-1b', 'Llama-3.2-1B', 'Q8_0'],
    ['qwen3-8b', 'Qwen3-8B', 'Q8_0'],
    ['gemma-2-9b', 'Gemma-2-9B', 'Q8_0'],
    ['qwen3-30b-a3b', 'Qwen3-30B-A3B', 'Q8_0'],
  ])('needs within 3 %% what the header of %s says it needs', (id, real, level) => {
    for (const on of [machine(64), machine(64, card)]) {
      const about = verdictsOf(id, on).verdicts.find((verdict) => verdict.level === level);
      const [row] = planTable([tableModel(real, [level, level])], on, {}).variants;
      const needed = row?.memory.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0) ?? 0;
      expect(Math.abs((about?.neededBytes ?? 0) / needed - 1)).toBeLessThan(0.03);
      expect(about?.fits).toBe(row?.fits);
    }
  });
});
