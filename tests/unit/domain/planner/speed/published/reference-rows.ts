import { AVERAGE_OF_128, machineOf, onOneDevice, type PublishedRow } from './row.ts';
import { llama2, llama2Embeddings, llama2Large, llama3Shape, qwen2 } from './shapes.ts';

/** CSV example of the same README, 2023-09-23: i9-13900K and RTX 3090 Ti. */
const benchMachine = machineOf('NVIDIA GeForce RTX 3090 Ti', 'cuda', '13th Gen Intel(R) Core(TM) i9-13900K');

/**
 * llama.cpp of 2023 kept the cache in main memory up to 33 GPU layers and the keys there at 34, so that each layer on the GPU went to the CPU
 * and back for attention; the output layer counted as the 33rd. Today's llama.cpp does this with `--no-kv-offload` alone.
 */
function offloadRow(gpuLayers: number, tokensPerSecond: number): PublishedRow {
  const layers = Math.min(32, gpuLayers);
  const outputBytes = (llama2Embeddings * 210) / 256;
  const layerBytes = (llama2.weightsBytes - outputBytes) / 32;
  const layerWeights = (llama2.weights - llama2Embeddings) / 32;
  const share = (device: number, count: number, hasOutput: boolean, cacheShare: number) => ({
    device,
    reads: [
      { format: 'legacy' as const, bytes: layerBytes * count, weights: layerWeights * count },
      ...(hasOutput ? [{ format: 'q6k' as const, bytes: outputBytes, weights: llama2Embeddings }] : []),
    ],
    layers: count,
    cache: [{ bytesPerPosition: llama2.cacheBytes * cacheShare, window: null }],
    stateBytes: 0,
  });
  const cacheOnGpu = gpuLayers === 35 ? 1 : gpuLayers === 34 ? 0.5 : 0;
  const crossingsOfLayers = gpuLayers === 35 ? 0 : gpuLayers === 34 ? layers : 2 * layers;
  return {
    label: `7B Q4_0, ${gpuLayers} GPU layers`,
    set: '13.1 offload, RTX 3090 Ti',
    fitted: true,
    machine: benchMachine,
    input: {
      ...onOneDevice(llama2, 'Q4_0', false),
      shares: [
        share(0, layers, gpuLayers > 32, cacheOnGpu),
        share(1, 32 - layers, gpuLayers <= 32, 1 - cacheOnGpu),
      ],
      crossings: crossingsOfLayers + (gpuLayers < 32 ? 1 : 0),
    },
    depth: AVERAGE_OF_128,
    tokensPerSecond,
  };
}

const offload = (
  [
    [10, 13.45],
    [20, 21.36],
    [30, 40.04],
    [31, 48.19],
    [32, 54.78],
    [33, 60.62],
    [34, 71.76],
    [35, 131.66],
  ] as const
).map(([gpuLayers, speed]) => offloadRow(gpuLayers, speed));

const lengths = (
  [
    ['7B Q4_0 tg128', llama2, 64, 132.19],
    ['7B Q4_0 tg256', llama2, 128, 129.37],
    ['7B Q4_0 tg512', llama2, 256, 123.83],
    ['13B Q4_0 tg128', llama2Large, 64, 82.17],
    ['13B Q4_0 tg256', llama2Large, 128, 80.74],
    ['13B Q4_0 tg512', llama2Large, 256, 78.08],
  ] as const
).map(([label, shape, depth, tokensPerSecond]): PublishedRow => ({
  label,
  set: '13.1 lengths, RTX 3090 Ti',
  fitted: true,
  machine: benchMachine,
  input: onOneDevice(shape, 'Q4_0', false),
  depth,
  tokensPerSecond,
}));

const depths = (
  [
    ['qwen2 7B Q4_K_M tg128', 64, 120.6],
    ['qwen2 7B Q4_K_M tg128 at 512', 576, 116.71],
  ] as const
).map(([label, depth, tokensPerSecond]): PublishedRow => ({
  label,
  set: '13.1 depth, RTX 4080',
  fitted: true,
  machine: machineOf('NVIDIA GeForce RTX 4080', 'cuda'),
  input: onOneDevice(qwen2, 'Q4_K_M', false),
  depth,
  tokensPerSecond,
}));

/** One thread for each of the eight performance cores. */
const cpuRow: PublishedRow = {
  label: '7B Q4_0 tg16, CPU, 8 threads',
  set: '13.1 CPU, i9-13900K',
  fitted: true,
  machine: benchMachine,
  input: {
    ...onOneDevice(llama2, 'Q4_0', false),
    shares: onOneDevice(llama2, 'Q4_0', false).shares.map((share) => ({ ...share, device: 1 })),
  },
  depth: 8,
  tokensPerSecond: 16.71,
};

/**
 * tools/quantize names no device. F16 at 29.17 tokens/s reads 438 GB/s, and 923 tokens/s of prompt are 14 TFLOPS: the rows of an M4 Max with
 * 40 GPU cores (546 GB/s) in ggml-org/llama.cpp#4167, and of no other device there.
 */
const levels = (
  [
    ['IQ1_S', 2.0042, 79.73],
    ['IQ1_M', 2.146, 72.92],
    ['IQ2_XXS', 2.3824, 79.86],
    ['IQ2_XS', 2.5882, 78.04],
    ['IQ2_S', 2.7403, 77.3],
    ['IQ2_M', 2.9294, 74.44],
    ['IQ3_XXS', 3.2548, 73.95],
    ['IQ3_XS', 3.4977, 71.67],
    ['IQ3_S', 3.6606, 69.31],
    ['IQ3_M', 3.7628, 70.15],
    ['IQ4_XS', 4.4597, 77.51],
    ['IQ4_NL', 4.6818, 76.63],
    ['Q2_K_S', 2.9697, 90.01],
    ['Q2_K', 3.1593, 79.85],
    ['Q3_K_S', 3.6429, 69.84],
    ['Q3_K_M', 3.996, 71.68],
    ['Q3_K_L', 4.2979, 69.38],
    ['Q4_K_S', 4.6672, 76.71],
    ['Q4_K_M', 4.8944, 71.93],
    ['Q5_K_S', 5.5704, 69.53],
    ['Q5_K_M', 5.7036, 67.23],
    ['Q6_K', 6.5633, 58.67],
    ['Q8_0', 8.5008, 50.93],
    ['F16', 16.0005, 29.17],
  ] as const
).map(([level, bits, tokensPerSecond]): PublishedRow => ({
  label: `Llama 3.1 8B ${level}`,
  set: 'section 2, M4 Max',
  fitted: true,
  machine: machineOf('Apple M4 Max', 'metal'),
  input: onOneDevice(llama3Shape(bits, level), level, false),
  depth: AVERAGE_OF_128,
  tokensPerSecond,
}));

export const partialOffload: readonly PublishedRow[] = offload;
/** What the project's reference figures hold. */
export const referenceRows: readonly PublishedRow[] = [...offload, ...lengths, ...depths, cpuRow, ...levels];
