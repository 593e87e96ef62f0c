import type { DeviceMemory } from '../../../contract/plan.contract.ts';
import { usableRamBytes, usableVramBytes } from '../headroom.ts';
import type { TableMachine } from './types.ts';

/** Bytes that may be planned for on each device. */
export interface Budget {
  ramBytes: number;
  gpuBytes: number;
  /** What the GPU takes is main memory too. */
  isUnified: boolean;
}

const MIB = 2 ** 20;

export function budgetOf({ memory, gpu }: TableMachine, reserveMib: number | undefined): Budget {
  const less = (freeBytes: number) => Math.max(0, freeBytes - (reserveMib ?? 0) * MIB);
  const isGiven = reserveMib !== undefined;
  return {
    ramBytes: isGiven ? less(memory.availableBytes) : usableRamBytes(memory),
    gpuBytes: gpu ? (isGiven ? less(gpu.freeBytes) : usableVramBytes(gpu)) : 0,
    isUnified: gpu?.unified ?? false,
  };
}

/** Bytes missing over all devices; 0 where everything fits. */
export function missingBytes(devices: readonly DeviceMemory[], budget: Budget): number {
  const { gpu, ram } = split(devices);
  const missingOnGpu = Math.max(0, gpu - budget.gpuBytes);
  const missingInRam = Math.max(0, ram + (budget.isUnified ? gpu : 0) - budget.ramBytes);
  // Where both are the same memory, what one lacks the other lacks too.
  return budget.isUnified ? Math.max(missingOnGpu, missingInRam) : missingOnGpu + missingInRam;
}

export function missingOnGpu(devices: readonly DeviceMemory[], budget: Budget): number {
  return Math.max(0, split(devices).gpu - budget.gpuBytes);
}

function split(devices: readonly DeviceMemory[]): { gpu: number; ram: number } {
  const sum = { gpu: 0, ram: 0 };
  // A GPU comes first (estimate-memory.ts), whatever its name.
  for (const [index, { totalBytes }] of devices.entries())
    sum[index < devices.length - 1 ? 'gpu' : 'ram'] += totalBytes;
  return sum;
}
