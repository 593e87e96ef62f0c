import type { ActualDevice, LoadRecord } from '../../contract/accuracy.contract.ts';
import { MAIN_MEMORY } from '../planner/choose.ts';

/** Bytes that a loaded model holds of a device: its buffers, or what was seen to go where that is more (the rest of a process). */
export function actualBytes({
  weightsBytes,
  kvCacheBytes,
  computeBytes,
  seenBytes,
  name,
}: ActualDevice): number {
  const allocatedBytes = weightsBytes + kvCacheBytes + computeBytes;
  // What a GPU lost meanwhile may have gone to other programs; a process grows by what it takes itself.
  return name === MAIN_MEMORY ? Math.max(allocatedBytes, seenBytes ?? 0) : allocatedBytes;
}

/**
 * By how many bytes more than predicted one load took of a device: below 0 where it took less, null where nothing was
 * predicted for it. A load that failed took at least all that seemed to be left. On a GPU the memory that went to other
 * programs while the model was loaded counts too: the reserve is there for both.
 */
export function driftOf({ predicted, actual, settings }: LoadRecord, device: string): number | null {
  const expected = predicted.devices.find(({ name }) => name === device);
  if (expected === undefined) return null;
  if (actual !== null) {
    const found = actual.find(({ name }) => name === device);
    if (found === undefined) return null;
    return Math.max(actualBytes(found), found.seenBytes ?? 0) - expected.totalBytes;
  }
  const isCulprit = (device === MAIN_MEMORY) === (settings.gpuLayers === 0);
  return isCulprit ? Math.max(0, expected.freeBytes - expected.totalBytes) : null;
}
