import type { SpeedBackend, WeightFormat } from './types.ts';

interface BackendConstants {
  /** Of the vendor's peak bandwidth. */
  readEfficiency: number;
  secondsPerLayer: number;
  /** Of the same bandwidth, for the cache: many short rows instead of a few long ones. */
  cacheEfficiency: { flash: number; plain: number };
  /** Of `unpackBits`, what is felt here. */
  unpackShare: number;
  /** Sustained in prefill, as a multiple of the published FP32 peak: tensor cores do more than that. */
  flopsPerPeakFlop: number;
  /** A batch of a prompt costs this many tokens more than it has: unpacking weights into the shape a matrix product wants. */
  prefillOverheadTokens: number;
}

/**
 * Fitted to published rows; `tests/perf/speed-prediction.ts` prints how well each is predicted, also by a fit that has not seen its device.
 * cuda: RTX 2080 Q4_K_M, models of 1B to 8B (llmfit#778): time = bytes / (0.92 × peak) + 84 µs × layers, seven rows within 3 %.
 *   Per layer then 117 µs (RTX 3090 Ti, 2023), 76 (3060), 59 (4080), 57 (2080 Ti), 72 (3080): the middle of them.
 * metal: the F16 and Q8_0 rows of the Llama-3.1-8B table of tools/quantize. Cache without flash attention: the slope of 128, 256, 512 tokens
 *   of 7B and 13B in tools/llama-bench (0.19 to 0.25 of peak) and of depth 512 on an RTX 4080 (0.15); with it: RX 7900 XTX at depth 4096
 *   (0.82, llama.cpp#26284) and an M2 Ultra at depth 32768 (0.79, llama.cpp#26570).
 * cpu: Llama-2-7B Q4_0 at 8 threads of an i9-13900K, 16.71 tokens/s, at the 89.6 GB/s of its two channels of DDR5-5600.
 */
export const backendConstants: Readonly<Record<SpeedBackend, BackendConstants>> = {
  cuda: {
    readEfficiency: 0.92,
    secondsPerLayer: 72e-6,
    cacheEfficiency: { flash: 0.8, plain: 0.2 },
    // Between nothing (cards with compute to spare) and more than Metal's (a Tesla P40, llama.cpp#2707).
    unpackShare: 0.5,
    flopsPerPeakFlop: 2.3,
    prefillOverheadTokens: 60,
  },
  vulkan: {
    readEfficiency: 0.88,
    secondsPerLayer: 72e-6,
    cacheEfficiency: { flash: 0.6, plain: 0.2 },
    unpackShare: 0.5,
    flopsPerPeakFlop: 1.1,
    prefillOverheadTokens: 60,
  },
  metal: {
    readEfficiency: 0.89,
    secondsPerLayer: 105e-6,
    cacheEfficiency: { flash: 0.8, plain: 0.2 },
    unpackShare: 1,
    flopsPerPeakFlop: 0.74,
    prefillOverheadTokens: 30,
  },
  cpu: {
    readEfficiency: 0.72,
    secondsPerLayer: 20e-6,
    cacheEfficiency: { flash: 0.35, plain: 0.35 },
    unpackShare: 1,
    flopsPerPeakFlop: 1,
    prefillOverheadTokens: 0,
  },
};

/**
 * Beside a GPU the CPU reads weights slower than alone, since its threads wait for the GPU between their turns: 7B with 10 and 20 layers on the GPU
 * (tools/llama-bench), 14B models on an RTX 2080 with DDR4 (llmfit#774, #778): 0.45 to 0.52 of peak, alone 0.72.
 */
export const CPU_BESIDE_GPU = 0.65;

interface SeriesConstants {
  readEfficiency?: number;
  secondsPerLayer?: number;
}

/** Series that differ from the rest of their backend, by what stands in a name. */
export const seriesConstants: readonly (readonly [RegExp, SeriesConstants])[] = [
  // RTX 4080 with qwen2 7B (tools/llama-bench) 59 µs, RTX 4090 with TinyLlama (geerlingguy/ai-benchmarks#43) 29 µs.
  [/\brtx [45]0[5-9]\d\b/i, { secondsPerLayer: 45e-6 }],
  // Single-token kernels are too short to fill stacked memory: A100, H100 and H200 with models of 1B to 31B (pavlokhmel.com, June 2026).
  [/\b([abh][1-3]00|gh200)\b/i, { readEfficiency: 0.45 }],
  // The first generations of it, from the same table.
  [/\b[pv]100\b/i, { readEfficiency: 0.65 }],
  // Tesla P40 with Llama 2 7B (llama.cpp#4766): Pascal has no compute to spare for unpacking.
  [/\b(tesla p\d+|gtx 10\d\d)\b/i, { readEfficiency: 0.76 }],
  // RX 7900 XTX with Llama 3 8B (llama.cpp#26284).
  [/\bradeon\b/i, { readEfficiency: 0.74 }],
  // Two chips that wait for each other: M2 Ultra with Llama 2 7B (llama.cpp#2917), 190 µs in 2023.
  [/\bapple m\d+ ultra\b/i, { secondsPerLayer: 170e-6 }],
];

/** In bits per weight that could be read in the same time; the Llama-3.1-8B table of tools/quantize on Metal, by the format most of a level has. */
export const unpackBits: Readonly<Record<WeightFormat, number>> = {
  f16: 0,
  q8: 0,
  legacy: 0,
  q2k: 1.25,
  q3k: 1.5,
  q4k: 0.35,
  q5k: 0.2,
  q6k: 0.5,
  iq4: 0.35,
  iq3: 1.95,
  iq2: 2.2,
  iq1: 2.9,
};

/**
 * Time for a byte of quantized cache against one of f16 on CPUs: from depth 512 to 1600 a step took 1.37 (q8_0, 0.53 of the bytes) and 3.5 times (q4_0, 0.28)
 * as long as with f16. GPUs read it about as fast as its bytes say.
 */
export function cacheByteCost(backend: SpeedBackend, cacheType: string): number {
  if (backend !== 'cpu' || cacheType === 'f16' || cacheType === 'bf16' || cacheType === 'f32') return 1;
  return cacheType === 'q8_0' ? 2.6 : 12.5;
}

/** The same for a value instead of a byte, on CPUs: computing with it costs more the more it has to be unpacked. */
export function cacheValueCost(cacheType: string): number {
  const bits = { q8_0: 8.5, q4_0: 4.5 }[cacheType] ?? F16_BITS;
  return (cacheByteCost('cpu', cacheType) * bits) / F16_BITS;
}

const F16_BITS = 16;

const formats: readonly (readonly [RegExp, WeightFormat])[] = [
  [/^(IQ1|TQ1)/, 'iq1'],
  [/^(IQ2|TQ2)/, 'iq2'],
  [/^IQ3/, 'iq3'],
  [/^IQ4/, 'iq4'],
  [/^Q2_K/, 'q2k'],
  [/^Q3_K/, 'q3k'],
  [/^Q4_K/, 'q4k'],
  [/^Q5_K/, 'q5k'],
  [/^Q6_K/, 'q6k'],
  [/^Q8/, 'q8'],
  [/^B?F(16|32|64)/, 'f16'],
];

/** Of a tensor type, or of most of the weights of a level. */
export function weightFormatOf(name: string): WeightFormat {
  const known = formats.find(([pattern]) => pattern.test(name));
  return known ? known[1] : 'legacy';
}
