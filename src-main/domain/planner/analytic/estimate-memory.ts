import type { Gpu } from '../../../contract/hardware.contract.ts';
import type { DeviceMemory } from '../../../contract/plan.contract.ts';
import { bookkeepingBytes, MAIN_MEMORY } from '../choose.ts';
import { usableRamBytes } from '../headroom.ts';
import type { ModelLayout } from '../layout/types.ts';
import { rearrange } from '../repack.ts';
import type { Machine, Simulation } from '../types.ts';
import { adapterBytes, draftSettings, type Companions } from './companions.ts';
import { computeBytes, type ComputeSettings } from './compute.ts';
import { cacheByDevice } from './kv-cache.ts';
import type { ByDevice } from './placement.ts';
import { weightsByDevice } from './weights.ts';

/** A machine that need not be here. */
export interface AnalyticMachine extends Pick<Machine, 'memory' | 'cpuFeatures'> {
  gpu: (NonNullable<Machine['gpu']> & Partial<Pick<Gpu, 'backend'>>) | null;
}

interface Use {
  weights: ByDevice;
  cache: ByDevice;
  compute: ByDevice;
}

/** What llama.cpp's own simulation would say, for a machine where it cannot be asked. */
export function simulateAnalytically(
  layout: ModelLayout,
  settings: ComputeSettings,
  machine: Pick<AnalyticMachine, 'gpu'>,
): Simulation {
  if (settings.gpuLayers > 0 && !machine.gpu) return { impossible: 'there is no GPU' };
  const { weights, cache, compute } = use(layout, settings, machine.gpu);
  const of = (device: keyof ByDevice) => ({
    weightsBytes: weights[device],
    contextBytes: cache[device] + compute[device],
  });
  return { cpu: of('cpu'), gpu: machine.gpu && of('gpu') };
}

/**
 * Memory by device, the GPU first. Without a GPU layers count as none on it. Main memory holds a second copy of the weights
 * that its CPU rearranges as far as there is room: those pages of the file go when others need them.
 */
export function estimateMemory(
  layout: ModelLayout,
  settings: ComputeSettings,
  machine: AnalyticMachine,
  beside?: Companions,
): { devices: DeviceMemory[] } {
  const placed = { ...settings, gpuLayers: machine.gpu ? settings.gpuLayers : 0 };
  const { gpuLayers } = placed;
  const alone = use(layout, placed, machine.gpu);
  const { weights, cache, compute } = beside
    ? withCompanions(alone, layout, placed, machine.gpu, beside)
    : alone;
  const vocabulary = layout.vocabularySize + (beside?.draft?.vocabularySize ?? 0);
  const contextBytes = cache.cpu + compute.cpu + bookkeepingBytes(vocabulary);
  const roomBytes = Math.max(0, usableRamBytes(machine.memory) - weights.cpu - contextBytes);
  const models = beside?.draft ? [layout, beside.draft] : [layout];
  const copyBytes =
    gpuLayers === 0 ? models.reduce((sum, model) => sum + secondCopyBytes(model, machine), 0) : 0;
  const { availableBytes } = machine.memory;
  const main = deviceMemory(
    MAIN_MEMORY,
    weights.cpu + Math.min(copyBytes, roomBytes),
    cache.cpu,
    contextBytes - cache.cpu,
    availableBytes,
  );
  if (!machine.gpu || gpuLayers === 0) return { devices: [main] };
  const { name, freeBytes } = machine.gpu;
  return { devices: [deviceMemory(name, weights.gpu, cache.gpu, compute.gpu, freeBytes), main] };
}

function use(layout: ModelLayout, settings: ComputeSettings, gpu: AnalyticMachine['gpu']): Use {
  return {
    weights: weightsByDevice(layout, settings),
    cache: cacheByDevice(layout, settings),
    compute: computeBytes(layout, settings, gpu && { widensQuantizedCache: gpu.backend === 'cuda' }),
  };
}

function withCompanions(
  alone: Use,
  layout: ModelLayout,
  settings: ComputeSettings,
  gpu: AnalyticMachine['gpu'],
  { draft, adapters }: Companions,
): Use {
  const drafting = draft && use(draft, draftSettings(draft, settings), gpu);
  const adapting = adapterBytes(layout, settings, adapters);
  const sum = (part: keyof Use, more: ByDevice = NONE): ByDevice => {
    const [own, drafts] = [alone[part], drafting?.[part] ?? NONE];
    return { cpu: own.cpu + drafts.cpu + more.cpu, gpu: own.gpu + drafts.gpu + more.gpu };
  };
  return { weights: sum('weights', adapting), cache: sum('cache'), compute: sum('compute') };
}

const NONE: ByDevice = { cpu: 0, gpu: 0 };

function secondCopyBytes(layout: ModelLayout, machine: AnalyticMachine): number {
  const { repackedBytes, mappedBytes } = rearrange(layout.tensors, machine.cpuFeatures);
  if (repackedBytes === 0) return 0;
  return Math.max(0, repackedBytes + mappedBytes - weightsByDevice(layout, { gpuLayers: 0 }).cpu);
}

function deviceMemory(
  name: string,
  weightsBytes: number,
  kvCacheBytes: number,
  computeBytes: number,
  freeBytes: number,
): DeviceMemory {
  const totalBytes = weightsBytes + kvCacheBytes + computeBytes;
  return { name, weightsBytes, kvCacheBytes, computeBytes, totalBytes, freeBytes };
}
