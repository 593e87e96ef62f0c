/**
 * Main memory by the platform a CPU belongs to: channels × 8 bytes × the fastest memory its vendor supports, in GB/s. The memory that is really
 * there is often slower and sometimes half of it (one module); a benchmark replaces this.
 */
const platforms: readonly (readonly [RegExp, number])[] = [
  [/Threadripper PRO (7|9)\d{3}/i, 332.8],
  [/Threadripper/i, 102.4],
  [/EPYC 9\d{3}/i, 460.8],
  [/EPYC/i, 204.8],
  [/Xeon.*(6\d{3}P|84\d{2}|85\d{2})/i, 307.2],
  [/Xeon/i, 128],
  [/Core\W+Ultra/i, 89.6],
  [/i[3579]-1[34]\d{3}/i, 89.6],
  [/i[3579]-12\d{3}/i, 76.8],
  [/i[3579]-1[01]\d{3}/i, 46.9],
  [/i[3579]-[6-9]\d{3}/i, 38.4],
  [/Ryzen AI Max/i, 256],
  [/Ryzen AI/i, 120],
  [/Ryzen \d (PRO )?[789]\d{3}/i, 83.2],
  [/Ryzen \d (PRO )?[1-6]\d{3}/i, 51.2],
  [/Snapdragon X/i, 135],
];

/** Two channels of DDR4-2666. */
const UNKNOWN_GBS = 42.6;

export function memoryBandwidthGbs(cpuModel: string | null): number {
  const known = platforms.find(([pattern]) => pattern.test(cpuModel ?? ''));
  return known ? known[1] : UNKNOWN_GBS;
}

/**
 * Sustained by one core in a product of quantized weights with a batch: Llama-2-7B Q4_0 on an i9-13900K reads 6.17 tokens/s with one thread
 * (81 GFLOPS, AVX2) and 32 with eight, which is half of that for each.
 */
export function coreGflops(features: readonly string[]): number {
  if (features.some((name) => name.startsWith('AVX512'))) return 90;
  return features.includes('AVX2') || features.includes('NEON') ? 55 : 15;
}
