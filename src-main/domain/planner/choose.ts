import type { DeviceMemory } from '../../contract/plan.contract.ts';
import type { GgufTensor, ModelSummary } from '../gguf/types.ts';
import { cacheByDevice } from './analytic/kv-cache.ts';
import { fullAttentionCacheBytes } from './cache.ts';
import { fits, type Need } from './fit.ts';
import { usableRamBytes } from './headroom.ts';
import type { ModelLayout } from './layout/types.ts';
import { rearrange, type Rearranged } from './repack.ts';
import type { Candidate, Machine, MemoryUse, Simulation } from './types.ts';

/** Name of the computer's own memory among the devices. */
export const MAIN_MEMORY = 'Memory';

export interface PlannedModel {
  summary: ModelSummary;
  tensors: readonly GgufTensor[];
  /** Where the architecture is known: then the cache is told from the compute buffers to the byte. */
  layout?: ModelLayout;
}

export interface Choice {
  candidate: Candidate;
  fits: boolean;
  devices: DeviceMemory[];
}

/** The first candidate that fits; without one, the last that was possible, marked as not fitting. Null when none was possible. */
export function choose(
  model: PlannedModel,
  machine: Machine,
  candidates: readonly Candidate[],
  simulations: readonly Simulation[],
): Choice | null {
  const withoutGpu = rearrange(model.tensors, machine.cpuFeatures);
  let last: Choice | null = null;
  for (const [index, candidate] of candidates.entries()) {
    const simulation = simulations[index];
    if (simulation === undefined || 'impossible' in simulation) continue;
    const isCpuOnly = candidate.settings.gpuLayers === 0;
    const rearranged = isCpuOnly ? withoutGpu : NOT_REARRANGED;
    const need: Need = {
      cpu: {
        weightsBytes: simulation.cpu.weightsBytes,
        contextBytes: simulation.cpu.contextBytes + bookkeepingBytes(model.summary.vocabularySize),
      },
      gpu: isCpuOnly ? null : simulation.gpu,
      repackedBytes: Math.min(rearranged.repackedBytes, simulation.cpu.weightsBytes),
    };
    const choice = {
      candidate,
      fits: fits(candidate, need, machine),
      devices: devicesOf(model, machine, candidate, need, rearranged),
    };
    if (choice.fits) return choice;
    last = choice;
  }
  return last;
}

const NOT_REARRANGED: Rearranged = { repackedBytes: 0, mappedBytes: 0 };

/**
 * Beside what the simulation counts: the vocabulary in the engine's tables (seen: 26 MiB for 32,000 tokens, 116 MiB for 128,256)
 * and what else a loaded model takes of the process.
 */
export function bookkeepingBytes(vocabularySize: number): number {
  return 8 * 2 ** 20 + vocabularySize * 1024;
}

/** GPU first. Pages of the file that rearranged weights were made from stay as long as nobody needs the room: they are counted that far. */
function devicesOf(
  model: PlannedModel,
  machine: Machine,
  { settings }: Candidate,
  need: Need,
  { repackedBytes, mappedBytes }: Rearranged,
): DeviceMemory[] {
  const cache = model.layout
    ? cacheByDevice(model.layout, { ...settings, sequences: 1 })
    : fullAttentionCacheBytes(model.summary, settings);
  const { weightsBytes, contextBytes } = need.cpu;
  const copyBytes = repackedBytes === 0 ? 0 : Math.max(0, repackedBytes + mappedBytes - weightsBytes);
  const roomBytes = Math.max(0, usableRamBytes(machine.memory) - weightsBytes - contextBytes);
  const inMemory = { weightsBytes: weightsBytes + Math.min(copyBytes, roomBytes), contextBytes };
  const devices = [device(MAIN_MEMORY, inMemory, cache.cpu, machine.memory.availableBytes)];
  if (machine.gpu && need.gpu)
    devices.unshift(device(machine.gpu.name, need.gpu, cache.gpu, machine.gpu.freeBytes));
  return devices;
}

function device(name: string, use: MemoryUse, cacheBytes: number, freeBytes: number): DeviceMemory {
  const { weightsBytes, contextBytes } = use;
  const kvCacheBytes = Math.min(cacheBytes, contextBytes);
  const computeBytes = contextBytes - kvCacheBytes;
  return {
    name,
    weightsBytes,
    kvCacheBytes,
    computeBytes,
    totalBytes: weightsBytes + contextBytes,
    freeBytes,
  };
}
