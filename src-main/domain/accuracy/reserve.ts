const MIB = 2 ** 20;

/** Never less: the desktop draws with the same memory, and free memory is only known as it was a moment ago. */
export const LEAST_RESERVE_BYTES = 256 * MIB;
/** Fewer loads tell nothing. */
export const LEAST_LOADS = 3;
/** What was long ago says nothing of the programs and drivers of today. */
const MOST_LOADS = 20;
/** A reserve beyond this would cost more than a load that fails now and then. */
const LARGEST_SHARE = 0.25;

export interface ReserveInput {
  /** Of the device, without experience. */
  defaultBytes: number;
  totalBytes: number;
  /** Main memory: other programs need the default whatever a model takes, so it only grows. */
  isMainMemory: boolean;
  /** `driftOf` the loads, newest first. */
  drifts: readonly number[];
}

/**
 * What to leave free of a device. Learned from the second largest of the last twenty drifts, so that one outlier changes
 * nothing: on a GPU the least reserve and that drift, in main memory the default and that drift.
 */
export function learnedReserve({ defaultBytes, totalBytes, isMainMemory, drifts }: ReserveInput): number {
  const recent = drifts.slice(0, MOST_LOADS);
  if (recent.length < LEAST_LOADS) return defaultBytes;
  const [, secondLargest = 0] = recent.toSorted((a, b) => b - a);
  const base = isMainMemory ? Math.max(defaultBytes, LEAST_RESERVE_BYTES) : LEAST_RESERVE_BYTES;
  const most = Math.max(base, totalBytes * LARGEST_SHARE);
  return Math.floor(Math.min(most, base + Math.max(0, secondLargest)));
}
