const MIB = 2 ** 20;
const GIB = 2 ** 30;

export interface Headroom {
  totalBytes: number;
  /** What experience on this machine says to leave free; without it the default of the device. */
  reserveBytes?: number | undefined;
}

/**
 * Bytes that may be planned for in main memory. The rest is left to the system and other programs, whose need changes
 * while a model runs, and to the engine process itself (about 100 MiB before it loads anything).
 * A tenth of the total, at least 1 GiB (a desktop without browser), at most 4 GiB (more would only sit idle).
 */
export function usableRamBytes(memory: Headroom & { availableBytes: number }): number {
  const reserve = memory.reserveBytes ?? ramReserveBytes(memory.totalBytes);
  return Math.max(0, Math.floor(memory.availableBytes - reserve));
}

export function ramReserveBytes(totalBytes: number): number {
  return clamp(totalBytes * 0.1, GIB, 4 * GIB);
}

/**
 * Bytes that may be planned for on the GPU. A twentieth of the total, at least 256 MiB and at most 1 GiB, stays free:
 * the desktop draws with the same memory, and a driver that runs out of it moves weights to main memory,
 * which is about ten times slower (llama.cpp#5380).
 */
export function usableVramBytes(gpu: Headroom & { freeBytes: number }): number {
  const reserve = gpu.reserveBytes ?? vramReserveBytes(gpu.totalBytes);
  return Math.max(0, Math.floor(gpu.freeBytes - reserve));
}

export function vramReserveBytes(totalBytes: number): number {
  return clamp(totalBytes * 0.05, 256 * MIB, GIB);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
