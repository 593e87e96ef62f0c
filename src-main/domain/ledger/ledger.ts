import type { ActualDevice } from '../../contract/accuracy.contract.ts';
import type { LedgerDevice } from '../../contract/hardware.contract.ts';
import { MAIN_MEMORY } from '../planner/choose.ts';
import type { GpuState, MemoryState, ProcessState } from './types.ts';

interface Parts {
  weightsBytes: number;
  kvCacheBytes: number;
  computeBytes: number;
}

const NOTHING: Parts = { weightsBytes: 0, kvCacheBytes: 0, computeBytes: 0 };

export interface LedgerInput {
  memory: MemoryState;
  gpus: readonly GpuState[];
  /** What the loaded model allocated, by device; null while none is loaded. */
  model: readonly ActualDevice[] | null;
  engine: ProcessState | null;
}

/** Who holds how much of each device, GPUs first. The parts of a device never exceed it. */
export function ledgerOf({ memory, gpus, model, engine }: LedgerInput): LedgerDevice[] {
  const partsOn = (name: string): Parts => model?.find((device) => device.name === name) ?? NOTHING;
  return [
    ...gpus.map((gpu) => gpuLedger(gpu, partsOn(gpu.name))),
    mainLedger(memory, partsOn(MAIN_MEMORY), engine),
  ];
}

/**
 * Weights are mapped from the file, and the system counts such pages as available: what it calls used is the rest of the engine
 * and all other programs. Of the weights only what was read so far is in memory.
 */
function mainLedger(memory: MemoryState, parts: Parts, engine: ProcessState | null): LedgerDevice {
  const { totalBytes } = memory;
  const resident = Math.min(engine?.residentBytes ?? 0, totalBytes);
  const ownParts = engine === null ? NOTHING : shareOut(parts, resident);
  const usedBytes = Math.max(0, totalBytes - memory.availableBytes);
  const anonymousBytes = engine === null ? 0 : resident - Math.min(resident, engine.fileBytes ?? 0);
  const othersBytes = Math.min(Math.max(0, usedBytes - anonymousBytes), totalBytes - resident);
  return {
    name: MAIN_MEMORY,
    totalBytes,
    ...ownParts,
    othersBytes,
    freeBytes: totalBytes - othersBytes - resident,
    note: engine !== null && engine.fileBytes === null ? NO_FILE_PAGES : null,
  };
}

const NO_FILE_PAGES =
  'This system does not tell how much of the engine is pages of the model file, so other programs may be counted too low.';

/** Cache and compute are written when a model is loaded; weights come as they are read; the rest of a process is compute. */
function shareOut(parts: Parts, residentBytes: number): Parts {
  const kvCacheBytes = Math.min(parts.kvCacheBytes, residentBytes);
  const weightsBytes = Math.min(parts.weightsBytes, residentBytes - kvCacheBytes);
  return { weightsBytes, kvCacheBytes, computeBytes: residentBytes - kvCacheBytes - weightsBytes };
}

function gpuLedger(
  { name, totalBytes, freeBytes, isCurrent, unified }: GpuState,
  parts: Parts,
): LedgerDevice {
  const own = Math.min(totalBytes, parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes);
  const ownParts = shareOut(parts, own);
  const notes = unified ? ['It shares the main memory.'] : [];
  if (freeBytes === null) {
    notes.unshift('How much of it is free is not known.');
    return { name, totalBytes, ...ownParts, othersBytes: null, freeBytes: null, note: notes.join(' ') };
  }
  if (!isCurrent) notes.unshift('Free memory as it was when this computer was looked at last.');
  const othersBytes = Math.max(0, totalBytes - freeBytes - own);
  return {
    name,
    totalBytes,
    ...ownParts,
    othersBytes,
    freeBytes: totalBytes - own - othersBytes,
    note: notes.length > 0 ? notes.join(' ') : null,
  };
}
