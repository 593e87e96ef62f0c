import { expect, test } from 'vitest';
import type { Companions } from '../../../../../src-main/domain/planner/analytic/companions.ts';
import { estimateMemory } from '../../../../../src-main/domain/planner/analytic/estimate-memory.ts';
import { kvCacheBytes } from '../../../../../src-main/domain/planner/analytic/kv-cache.ts';
import { weightsByDevice } from '../../../../../src-main/domain/planner/analytic/weights.ts';
import { planTable } from '../../../../../src-main/domain/planner/table/plan-table.ts';
import { realModel } from '../../../../helpers/real-models.ts';
import { knownLayout } from '../known-layout.ts';
import { tableMachine, tableModel } from '../table/tables.ts';

const model = knownLayout(realModel('Llama-3.1-8B'), 'Q4_K');
const draft = knownLayout(realModel('Llama-3.2-1B'), 'Q8_0');
const tensor = (name: string, sizeBytes: number) => ({
  name,
  type: 1,
  dimensions: [1],
  offsetBytes: 0,
  sizeBytes,
});
const adapter = [
  tensor('token_embd.weight.lora_a', 1),
  tensor('blk.0.attn_q.weight.lora_a', 10),
  tensor('blk.0.attn_q.weight.lora_b', 100),
  tensor('blk.31.attn_q.weight.lora_a', 1000),
  tensor('output.weight.lora_a', 10_000),
];
const settings = {
  contextSize: 8192,
  cacheTypeK: 'q8_0' as const,
  cacheTypeV: 'q8_0' as const,
  sequences: 1,
  batchSize: 512,
  flashAttention: true,
};

/** How much more each device holds, the GPU first. */
function more(beside: Companions, gpuLayers: number) {
  const machine = tableMachine({ ramGib: 64, vramGib: 24 });
  const [alone, together] = [undefined, beside].map(
    (companions) => estimateMemory(model, { ...settings, gpuLayers }, machine, companions).devices,
  );
  return (together ?? []).map((device, index) => {
    const before = alone?.[index];
    return {
      weights: device.weightsBytes - (before?.weightsBytes ?? 0),
      cache: device.kvCacheBytes - (before?.kvCacheBytes ?? 0),
      compute: device.computeBytes - (before?.computeBytes ?? 0),
    };
  });
}

test('a draft model is loaded as a whole where its model is, with the same context in full precision', () => {
  const beside = { draft, adapters: [] };
  const cache = kvCacheBytes(draft, { ...settings, cacheTypeK: 'f16', cacheTypeV: 'f16' });
  for (const gpuLayers of [1, 33]) {
    const [gpu, main] = more(beside, gpuLayers);
    const weights = weightsByDevice(draft, { gpuLayers: 17 });
    expect(gpu).toMatchObject({ weights: weights.gpu, cache });
    expect(main).toMatchObject({ weights: weights.cpu, cache: 0 });
    expect(gpu?.compute).toBeGreaterThan(2 ** 28 * 0.5);
  }
  const [main] = more(beside, 0);
  expect(main).toMatchObject({ weights: weightsByDevice(draft, { gpuLayers: 0 }).cpu, cache });
});

test.each([
  [0, [11_111]],
  [1, [10_000, 1111]],
  [2, [11_000, 111]],
  [33, [11_110, 1]],
])('with %i GPU layers adapters lie where the tensors lie that they change', (gpuLayers, weights) => {
  expect(more({ draft: null, adapters: [adapter] }, gpuLayers).map((device) => device.weights)).toEqual(
    weights,
  );
  const twice = more({ draft: null, adapters: [adapter, adapter] }, gpuLayers);
  expect(twice.map((device) => device.weights)).toEqual(weights.map((bytes) => 2 * bytes));
  expect(twice.every(({ cache, compute }) => cache === 0 && compute === 0)).toBe(true);
});

test('what fits alone may not fit with a draft model, and that it is counted is told', () => {
  const files = [tableModel('Llama-3.1-8B', ['Q5_K_M', 'Q5_K'])];
  const machine = tableMachine({ ramGib: 32, vramGib: 8 });
  const [alone] = planTable(files, machine, {}).variants;
  const [together] = planTable(files, machine, {}, { draft, adapters: [adapter] }).variants;
  expect([alone?.fits, together?.fits]).toEqual(['gpu', 'partial']);
  expect(together?.reasons).toContain('What is loaded beside it is counted: a draft model and an adapter.');
});
