import { expect, test } from 'vitest';
import type { PlanVariant } from '../../../../../src-main/contract/plan.contract.ts';
import { planTable } from '../../../../../src-main/domain/planner/table/plan-table.ts';
import { GIB, tableMachine, tableModel, tableOf, type MachineOptions } from './tables.ts';

const level = ['Q4_K_M', 'Q4_K'] as const;

function planned(name: string, options: MachineOptions, gpuLayers?: number): PlanVariant {
  const wishes = gpuLayers === undefined ? {} : { gpuLayers };
  const [variant] = planTable([tableModel(name, level)], tableMachine(options), wishes).variants;
  if (!variant) throw new Error('there is one file');
  return variant;
}

test.each(['Qwen3-30B-A3B', 'Qwen3.5-35B-A3B', 'Mixtral-8x7B', 'DeepSeek-V2-Lite', 'Qwen1.5-MoE-A2.7B'])(
  '%s: attention on a card that is too small for the whole is faster than fewer whole layers there',
  (name) => {
    const sizeGib = tableModel(name, level).sizeBytes / GIB;
    const {
      fits,
      speed,
      memory,
      expertsInMemory: apart,
    } = planned(name, { ramGib: 64, vramGib: 0.75 * sizeGib });
    expect(fits).toBe('partial');
    expect(apart?.speed.decodeTokensPerSecond).toBeGreaterThan(speed.decodeTokensPerSecond ?? 0);
    const inAll = (devices: PlanVariant['memory']['devices']) =>
      devices.reduce((sum, { weightsBytes }) => sum + weightsBytes, 0);
    expect(inAll(apart?.memory.devices ?? [])).toBe(inAll(memory.devices));
    for (const { totalBytes, freeBytes } of apart?.memory.devices ?? [])
      expect(totalBytes).toBeLessThan(freeBytes - 256 * 2 ** 20);
  },
);

test('no more experts stay in main memory than have to', () => {
  const layers = (vramGib: number) =>
    planned('Qwen3-30B-A3B', { ramGib: 64, vramGib }).expertsInMemory?.layers ?? 0;
  const counts = [6, 8, 10, 12, 16, 24].map(layers);
  expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  expect(counts.at(0)).toBeGreaterThan(30);
  expect(counts.at(-1)).toBe(0);
});

test('main memory that cannot hold all experts may hold some', () => {
  const apart = planned('Qwen3-30B-A3B', { ramGib: 13, vramGib: 12 }).expertsInMemory;
  expect(apart?.layers).toBeGreaterThan(0);
  expect(apart?.memory.devices.at(-1)?.totalBytes).toBeLessThan(12 * GIB);
});

test.each<[string, string, MachineOptions, number?]>([
  ['a dense model', 'Llama-3.1-8B', { ramGib: 64, vramGib: 4 }],
  ['a model that fits as a whole', 'Qwen3-30B-A3B', { ramGib: 64, vramGib: 24 }],
  ['memory that is one', 'Qwen3-30B-A3B', { ramGib: 64, vramGib: 8, unified: true }],
  ['no GPU', 'Qwen3-30B-A3B', { ramGib: 64 }],
  ['a card for nothing but the attention of few layers', 'Mixtral-8x7B', { ramGib: 64, vramGib: 1 }],
  ['layers that were asked for', 'Qwen3-30B-A3B', { ramGib: 64, vramGib: 8 }, 10],
])('nothing of the kind for %s', (_, name, options, gpuLayers) => {
  expect(planned(name, options, gpuLayers).expertsInMemory).toBeUndefined();
});

test('is told as what it is: not what this engine does', () => {
  const { variants, pick, why } = planTable(
    tableOf('Qwen3-30B-A3B'),
    tableMachine({ ramGib: 64, vramGib: 12 }),
    {},
  );
  const variant = pick === null ? undefined : variants[pick];
  expect(variant?.expertsInMemory?.isSupported).toBe(false);
  const sentence =
    /With the experts of 27 layers in main memory .* 10\.2 GiB of RTX 4060 and 10\.8 GiB of main memory and answer at about 19 tokens\/s\. .* Nibble's engine cannot yet\./;
  expect(why).toMatch(sentence);
  expect(variant?.reasons).toContainEqual(expect.stringMatching(sentence));
});
