import { GB, GIB, type Shape } from './row.ts';

const llama2Weights = 6_738_415_616;
export const llama2Embeddings = 32_000 * 4096;
export const llama2: Shape = {
  weightsBytes: 3_825_065_984 - (llama2Embeddings * 18) / 32,
  weights: llama2Weights - llama2Embeddings,
  layers: 32,
  cacheBytes: 524_288,
};
export const llama2Large: Shape = {
  weightsBytes: 6.86 * GIB - (32_000 * 5120 * 18) / 32,
  weights: 13.02e9 - 32_000 * 5120,
  layers: 40,
  cacheBytes: 819_200,
};

export const qwen2: Shape = {
  weightsBytes: 4_677_120_000 - (152_064 * 3584 * 144) / 256,
  weights: 7_615_616_512 - 152_064 * 3584,
  layers: 28,
  cacheBytes: 57_344,
};
const llama3 = { weights: 8_030_261_248, embeddings: 128_256 * 4096, layers: 32, cacheBytes: 131_072 };
/** Bits of the token embeddings at a level, which are read by no token but the one looked up. */
const embeddingBits = (level: string): number =>
  ({ F16: 16, Q8_0: 8.5, Q6_K: 6.5625 })[level] ??
  { Q5: 5.5, Q4: 4.5, Q3: 3.4375, Q2: 2.625, IQ4: 4.25, IQ3: 3.4375, IQ2: 2.5, IQ1: 2 }[
    level.split('_')[0] ?? ''
  ] ??
  4;

export function llama3Shape(bitsPerWeight: number, level: string): Shape {
  const { weights, embeddings, layers, cacheBytes } = llama3;
  const bits = weights * bitsPerWeight - embeddings * embeddingBits(level);
  return { weightsBytes: bits / 8, weights: weights - embeddings, layers, cacheBytes };
}

export const llama8bQ4 = llama3Shape(4.8944, 'Q4_K_M');
export const tinyLlama: Shape = {
  weightsBytes: 636.18 * 2 ** 20 - (32_000 * 2048 * 144) / 256,
  weights: 1.1e9 - 32_000 * 2048,
  layers: 22,
  cacheBytes: 22_528,
};
export const tinyLlamaQ40: Shape = { ...tinyLlama, weightsBytes: 0.59 * GIB - (32_000 * 2048 * 18) / 32 };
export const mistralQ40: Shape = {
  weightsBytes: 3.83 * GIB - (32_000 * 4096 * 18) / 32,
  weights: 7.11e9,
  layers: 32,
  cacheBytes: 131_072,
};
export const p40Shape = (gib: number, bits: number): Shape => ({
  ...llama2,
  weightsBytes: gib * GIB - (llama2Embeddings * bits) / 8,
});

/** Untied, with 248,320 tokens; a quarter of the layers has a cache. */
export const qwen35: Shape = { weightsBytes: 5.1 * GB, weights: 7.9e9, layers: 32, cacheBytes: 32_768 };
export const llama2Q8: Shape = { ...llama2, weightsBytes: 6.67 * GIB - llama2Embeddings * 1.0625 };
