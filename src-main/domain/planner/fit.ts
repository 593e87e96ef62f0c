import { usableRamBytes, usableVramBytes } from './headroom.ts';
import type { Candidate, Machine, MemoryUse } from './types.ts';

/** What a candidate takes; of the CPU's weights `repackedBytes` cannot be dropped and read again from the file. */
export interface Need {
  cpu: MemoryUse;
  gpu: MemoryUse | null;
  repackedBytes: number;
}

/** Of the free memory, what a context beyond the wanted one may take. */
const ROOMY_SHARE = 0.5;

export function fits(candidate: Candidate, need: Need, machine: Machine): boolean {
  const share = candidate.demand === 'roomy' ? ROOMY_SHARE : 1;
  const gpuBytes = need.gpu ? need.gpu.weightsBytes + need.gpu.contextBytes : 0;
  if (gpuBytes > 0 && (!machine.gpu || gpuBytes > usableVramBytes(machine.gpu) * share)) return false;
  const sharedBytes = machine.gpu?.unified ? gpuBytes : 0;
  return ramBytes(candidate, need) + sharedBytes <= usableRamBytes(machine.memory) * share;
}

/** Main memory that has to be there. Pages of the file may go, but only a `disk` candidate lives with that. */
export function ramBytes({ demand }: Pick<Candidate, 'demand'>, { cpu, repackedBytes }: Need): number {
  return demand === 'disk' ? repackedBytes + cpu.contextBytes : cpu.weightsBytes + cpu.contextBytes;
}
