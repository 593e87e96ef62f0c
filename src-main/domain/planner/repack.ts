import type { GgufTensor } from '../gguf/types.ts';

/** ggml type numbers. */
const F16 = 1;
const Q4_0 = 2;
const Q4_1 = 3;
const Q8_0 = 8;
const Q2_K = 10;
const Q4_K = 12;
const Q5_K = 13;
const Q6_K = 14;
const IQ4_NL = 20;
const IQ4_XS = 23;
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

/** What a matrix must be for the tiles of AMX, and by how much its blocks grow there. */
interface TileRule {
  columnMultiple: number;
  blockBytes: number;
  addedBytes: number;
}

/** Asked before all others where a CPU has AMX (`supports_op` in ggml-cpu/amx/amx.cpp, `get_row_size` in mmq.cpp). */
const tileRules = new Map<number, TileRule>([
  [F16, { columnMultiple: 16, blockBytes: 2, addedBytes: 0 }],
  [Q4_0, { columnMultiple: 32, blockBytes: 18, addedBytes: 0 }],
  [Q4_1, { columnMultiple: 32, blockBytes: 20, addedBytes: 0 }],
  [Q8_0, { columnMultiple: 32, blockBytes: 34, addedBytes: 4 }],
  [Q4_K, { columnMultiple: 256, blockBytes: 144, addedBytes: 4 }],
  [Q5_K, { columnMultiple: 256, blockBytes: 176, addedBytes: 4 }],
  [Q6_K, { columnMultiple: 256, blockBytes: 210, addedBytes: 0 }],
  [IQ4_XS, { columnMultiple: 256, blockBytes: 136, addedBytes: 2 }],
]);
const TILE_ROW_MULTIPLE = 32;
/** Experts are chosen while they are multiplied, which the tiles are not made for. */
const EXPERTS = /_exps\b/;

/** Bytes of the copy that ggml computes with instead of the tensor in the file; 0 where it takes that. */
type CopiedBytes = (tensor: GgufTensor) => number;

function copiedBytesOn(features: readonly string[]): CopiedBytes {
  const types = repackedTypes(features);
  const hasTiles = features.includes('AMX INT8') && features.includes('AVX-512 VNNI');
  return ({ name, type, dimensions: [columns = 0, rows = 0], sizeBytes }) => {
    const rule = hasTiles && !EXPERTS.test(name) ? tileRules.get(type) : undefined;
    if (rule && rows > 0 && rows % TILE_ROW_MULTIPLE === 0 && columns % rule.columnMultiple === 0)
      return sizeBytes + Math.ceil((sizeBytes / rule.blockBytes) * rule.addedBytes);
    return types.has(type) && rows > 0 && rows % ROW_MULTIPLE === 0 ? sizeBytes : 0;
  };
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
  const copiedBytes = copiedBytesOn(features);
  const isTied = !tensors.some(({ name }) => name === 'output.weight');
  let repackedBytes = 0;
  let firstByte = Infinity;
  let endByte = 0;
  for (const tensor of tensors) {
    const isEmbedding = tensor.name === 'token_embd.weight';
    const copied = copiedBytes(tensor);
    // Embeddings are looked up, which needs the file's layout; tied to the output they are multiplied too.
    if (!isEmbedding || isTied) repackedBytes += copied;
    if (copied > 0 && !isEmbedding) continue;
    firstByte = Math.min(firstByte, tensor.offsetBytes);
    endByte = Math.max(endByte, tensor.offsetBytes + tensor.sizeBytes);
  }
  return { repackedBytes, mappedBytes: Math.max(0, endByte - firstByte) };
}
