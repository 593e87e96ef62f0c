import type { ActualDevice } from '../../contract/accuracy.contract.ts';
import type { DeviceMemory } from '../../contract/plan.contract.ts';
import { actualBytes } from '../../domain/accuracy/drift.ts';
import { MAIN_MEMORY } from '../../domain/planner/choose.ts';
import type { GenerateResult, LoadMemory, PlacedBytes } from '../engine-host/protocol.ts';

/** What a load took, by the devices that its plan names. */
export function actualDevices(planned: readonly DeviceMemory[], memory: LoadMemory): ActualDevice[] {
  return planned.map(({ name }) => {
    const place: keyof PlacedBytes = name === MAIN_MEMORY ? 'cpuBytes' : 'gpuBytes';
    return {
      name,
      weightsBytes: memory.weights[place],
      kvCacheBytes: memory.cache[place],
      computeBytes: memory.compute[place],
      seenBytes: seenBytes(name, memory, {
        processBytes: memory.process.afterBytes,
        gpuFreeBytes: memory.gpuFree?.afterBytes ?? null,
      }),
    };
  });
}

/** A plan's devices with what was really allocated; the rest that the process grew by is compute. */
export function realDevices(planned: readonly DeviceMemory[], memory: LoadMemory): DeviceMemory[] {
  return actualDevices(planned, memory).map((device, index) => {
    const { name, weightsBytes, kvCacheBytes, computeBytes } = device;
    const allocatedBytes = weightsBytes + kvCacheBytes + computeBytes;
    const totalBytes = actualBytes(device);
    return {
      name,
      weightsBytes,
      kvCacheBytes,
      computeBytes: computeBytes + (totalBytes - allocatedBytes),
      totalBytes,
      freeBytes: planned[index]?.freeBytes ?? 0,
    };
  });
}

/** The same after an answer: pages are touched one after the other, and other programs take memory too. What was most counts. */
export function withAnswer(
  devices: readonly ActualDevice[],
  memory: LoadMemory,
  answer: Pick<GenerateResult, 'processBytes' | 'gpuFreeBytes'>,
): ActualDevice[] {
  return devices.map((device) => {
    const seen = seenBytes(device.name, memory, answer);
    return { ...device, seenBytes: seen === null ? device.seenBytes : Math.max(seen, device.seenBytes ?? 0) };
  });
}

function seenBytes(
  device: string,
  { process, gpuFree }: LoadMemory,
  now: Pick<GenerateResult, 'processBytes' | 'gpuFreeBytes'>,
): number | null {
  if (device === MAIN_MEMORY) return Math.max(0, now.processBytes - process.beforeBytes);
  if (gpuFree === null || now.gpuFreeBytes === null) return null;
  return Math.max(0, gpuFree.beforeBytes - now.gpuFreeBytes);
}
