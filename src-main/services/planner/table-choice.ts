import type { DeviceMemory } from '../../contract/plan.contract.ts';
import { chosenSettings } from '../../domain/planner/cache.ts';
import { MAIN_MEMORY, type Choice } from '../../domain/planner/choose.ts';
import type { MemoryBasis } from '../../domain/planner/explain.ts';
import { planTable } from '../../domain/planner/table/plan-table.ts';
import type { TableMachine } from '../../domain/planner/table/types.ts';
import type { Candidate, Wish } from '../../domain/planner/types.ts';
import type { ModelFile } from '../library/model-file.ts';
import { tableModel } from './local-models.ts';

export interface Found {
  choice: Choice;
  memoryBasis: MemoryBasis;
}

/** After so many disagreements of formula and simulation the simulation alone decides. */
const MAX_ROUNDS = 4;

/**
 * What the table would choose for one model, laid out by llama.cpp itself: a file and a folder that holds it are planned by one rule.
 * Where it needs more than the formulas said and does not fit, so much less memory is planned for, and it is chosen again. Null where
 * the table has no answer: an architecture that the formulas do not know, or nothing that fits.
 */
export async function chooseByTable(
  file: ModelFile,
  here: TableMachine,
  { contextSize }: Wish,
  layOut: (candidate: Candidate) => Promise<Found | null>,
): Promise<Found | null> {
  let machine = here;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { variants, pick } = planTable([tableModel(file)], machine, { contextSize });
    const variant = pick === null ? undefined : variants[pick];
    if (!variant || variant.fits === 'no') return null;
    const settings = chosenSettings(variant);
    const found = await layOut({ settings, placement: variant.fits, demand: 'resident' });
    if (!found || found.choice.fits) return found;
    machine = withLess(machine, excessBytes(found.choice.devices, variant.memory.devices));
  }
  return null;
}

/** By how much the first is more than the second, on the GPU and in main memory. */
function excessBytes(
  real: readonly DeviceMemory[],
  expected: readonly DeviceMemory[],
): { gpu: number; main: number } {
  const excess = { gpu: 0, main: 0 };
  for (const { name, totalBytes } of real) {
    const calculated = expected.find((device) => device.name === name)?.totalBytes ?? 0;
    excess[name === MAIN_MEMORY ? 'main' : 'gpu'] += Math.max(0, totalBytes - calculated);
  }
  return excess;
}

function withLess(machine: TableMachine, excess: { gpu: number; main: number }): TableMachine {
  const { memory, gpu } = machine;
  const less = (bytes: number, by: number) => Math.max(0, bytes - by);
  return {
    ...machine,
    memory: { ...memory, availableBytes: less(memory.availableBytes, excess.main) },
    gpu: gpu && { ...gpu, freeBytes: less(gpu.freeBytes, excess.gpu) },
  };
}
