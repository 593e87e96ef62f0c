import type { GgufTensor } from '../gguf/types.ts';

/** ggml type numbers. */
const Q4_0 = 2;
const Q8_0 = 8;
const Q2_K = 10;
const Q4_K = 12;
const Q5_K = 13;
const Q6_K = 14;
const IQ4_NL = 20;
const MXFP4 = 39;

/** Rows must come in eights (fours would do for some types on ARM; every real model has eights). */
const ROW_MULTIPLE = 8;

/**
 * Types that ggml rearranges into a layout of its own when they are multiplied on this CPU
 * (`ggml_repack_get_optimal_repack_type` in ggml-cpu/repack.cpp, llama.cpp v0.5.0).
 */
function repackedTypes(features: readonly string[]): Set<number> {
  const types = new Set<number>();
  if (features.includes('AVX2')) [Q4_0, Q4_K, IQ4_NL, MXFP4].forEach((type) => types.add(type));
  if (features.includes('AVX-512 F')) types.add(Q2_K);
  if (features.includes('NEON') && features.includes('dot product'))
    [Q4_0, Q4_K, Q5_K, Q6_K, IQ4_NL, MXFP4, Q8_0].forEach((type) => types.add(type));
  return types;
}

export interface Rearranged {
  /** Weights in ggml's own layout, in memory of the process. */
  repackedBytes: number;
  /** Pages of the file that stay mapped: from the first to the last tensor that is used as it is, with all that lies between. */
  mappedBytes: number;
}

/**
 * Weights that are held twice: the rearranged copy is what the engine computes with, while most pages of the file it was made
 * from stay mapped until the system needs them (seen with a 1B model at Q4_0: 663 MiB beside 636 MiB). The simulation counts
 * the weights once. Only without GPU layers: beside a GPU llama.cpp prefers that GPU's host buffers and rearranges nothing.
 */
export function rearrange(tensors: readonly GgufTensor[], features: readonly string[]): Rearranged {
  const key = features.join();
  const before = known.get(tensors);
  if (before?.key === key) return before.rearranged;
  const rearranged = rearrangeAnew(tensors, features);
  known.set(tensors, { key, rearranged });
  return rearranged;
}

/** A search asks this of the same model and machine for every setting it tries. */
const known = new WeakMap<readonly GgufTensor[], { key: string; rearranged: Rearranged }>();

function rearrangeAnew(tensors: readonly GgufTensor[], features: readonly string[]): Rearranged {
  const types = repackedTypes(features);
  const isTied = !tensors.some(({ name }) => name === 'output.weight');
  let repackedBytes = 0;
  let firstByte = Infinity;
  let endByte = 0;
  for (const tensor of tensors) {
    const isEmbedding = tensor.name === 'token_embd.weight';
    const isRepackable =
      types.has(tensor.type) &&
      tensor.dimensions.length >= 2 &&
      (tensor.dimensions[1] ?? 0) % ROW_MULTIPLE === 0;
    // Embeddings are looked up, which needs the file's layout; tied to the output they are multiplied too.
    if (isRepackable && (!isEmbedding || isTied)) repackedBytes += tensor.sizeBytes;
    if (isRepackable && !isEmbedding) continue;
    firstByte = Math.min(firstByte, tensor.offsetBytes);
    endByte = Math.max(endByte, tensor.offsetBytes + tensor.sizeBytes);
  }
  return { repackedBytes, mappedBytes: Math.max(0, endByte - firstByte) };
}
