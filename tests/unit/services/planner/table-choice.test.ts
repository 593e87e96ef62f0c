import { expect, test } from 'vitest';
import { simulateAnalytically } from '../../../../src-main/domain/planner/analytic/estimate-memory.ts';
import { choose } from '../../../../src-main/domain/planner/choose.ts';
import { layoutOf } from '../../../../src-main/domain/planner/layout/layout.ts';
import { isKnown } from '../../../../src-main/domain/planner/layout/types.ts';
import { planTable } from '../../../../src-main/domain/planner/table/plan-table.ts';
import type { Candidate } from '../../../../src-main/domain/planner/types.ts';
import type { ModelFile } from '../../../../src-main/services/library/model-file.ts';
import { chooseByTable, type Found } from '../../../../src-main/services/planner/table-choice.ts';
import { GIB, tableMachine, tableModel, type MachineOptions } from '../../domain/planner/table/tables.ts';

function fileOf(name: string): ModelFile {
  const { file, sizeBytes, header, summary } = tableModel(name, ['Q4_K_M', 'Q4_K']);
  return { path: file, parts: [file], fileName: file, sizeBytes, mtimeMs: 0, header, summary };
}

/** Chooses, with a llama.cpp that asks for so much more than the formulas. */
async function chosen(file: ModelFile, options: MachineOptions, more = { gpu: 0, main: 0 }) {
  const machine = tableMachine(options);
  const asked: Candidate[] = [];
  const layOut = (candidate: Candidate): Promise<Found | null> => {
    asked.push(candidate);
    const layout = layoutOf(file.header);
    if (!isKnown(layout)) throw new Error('it is known');
    const simulation = simulateAnalytically(layout, { ...candidate.settings, sequences: 1 }, machine);
    if ('impossible' in simulation) throw new Error(simulation.impossible);
    simulation.cpu.contextBytes += more.main;
    if (simulation.gpu) simulation.gpu.contextBytes += more.gpu;
    const model = { summary: file.summary, tensors: file.header.tensors, layout };
    const choice = choose(model, machine, [candidate], [simulation]);
    return Promise.resolve(choice && { choice, memoryBasis: 'simulated' });
  };
  return { found: await chooseByTable(file, machine, {}, layOut), asked, machine };
}

test.each<[string, MachineOptions]>([
  ['Llama-3.1-8B', { ramGib: 32, vramGib: 8 }],
  ['Llama-3.1-8B', { ramGib: 32, vramGib: 4 }],
  ['Llama-3.1-8B', { ramGib: 16 }],
  ['Llama-3.1-8B', { ramGib: 7.5 }],
  ['Qwen3-30B-A3B', { ramGib: 64, vramGib: 12 }],
  ['Gemma-3-4B', { ramGib: 16, vramGib: 16, unified: true }],
  ['Qwen3.5-9B', { ramGib: 24, vramGib: 6 }],
])('%s on %o gets the settings that the table shows, and once is enough', async (name, options) => {
  const { found, asked, machine } = await chosen(fileOf(name), options);
  const [row] = planTable([tableModel(name, ['Q4_K_M', 'Q4_K'])], machine, {}).variants;
  expect(asked).toHaveLength(1);
  expect(found?.choice.fits).toBe(true);
  expect(row).toMatchObject(found?.choice.candidate.settings ?? {});
  expect(found?.choice.candidate.placement).toBe(row?.fits);
  expect(found?.choice.devices).toEqual(row?.memory.devices);
});

test('what llama.cpp needs beyond the formulas is planned for', async () => {
  const options = { ramGib: 32, vramGib: 6.5 };
  const before = await chosen(fileOf('Llama-3.1-8B'), options);
  const { found, asked } = await chosen(fileOf('Llama-3.1-8B'), options, { gpu: 0.7 * GIB, main: 0 });
  expect(asked).toHaveLength(2);
  expect(found?.choice.fits).toBe(true);
  const layers = (each: typeof found) => each?.choice.candidate.settings.gpuLayers ?? 0;
  expect(layers(found)).toBeLessThan(layers(before.found));
  expect(layers(found)).toBeGreaterThan(20);
});

test('nothing that fits, and an architecture that is not known, are left to the caller', async () => {
  expect((await chosen(fileOf('Llama-3.1-70B'), { ramGib: 16 })).found).toBeNull();
  const file = fileOf('Llama-3.1-8B');
  const metadata = new Map([...file.header.metadata, ['general.architecture', 'grok'] as const]);
  const { found, asked } = await chosen({ ...file, header: { ...file.header, metadata } }, { ramGib: 64 });
  expect({ found, asked }).toEqual({ found: null, asked: [] });
});
