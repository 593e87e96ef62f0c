/**
 * What llama.cpp v0.5.0 takes for granted of tensors: it computes with what is there and ends the process, or
 * reads outside its memory, where it cannot. All of these were seen with files that were otherwise well formed.
 */
import { ggmlTypes } from './ggml-types.ts';
import type { ModelFacts } from './model-facts.ts';
import type { GgufTensor } from './types.ts';

/**
 * `TENSOR_ALIGNMENT` in ggml-impl.h. Data are used where the file is mapped, so files that are aligned to 8 or
 * 16 bytes run only if they happen to lie well.
 */
const ENGINE_ALIGNMENT_BYTES = 32;

/** Whole numbers and types of intermediate results; no matrix is multiplied from them. */
const notForWeights = new Set(['Q8_1', 'Q8_K', 'I8', 'I16', 'I32', 'I64', 'F64']);

/** DeepSeek's table from token to expert, which is looked up and never multiplied. */
const isLookupTable = (name: string) => name.includes('tid2eid');

/** As in convert_hf_to_gguf: "most of the codebase that takes in 1D tensors or norms only handles F32 tensors". */
const mustBeF32 = ({ name, dimensions }: GgufTensor) =>
  dimensions.length === 1 || /(?:_norm|^rope_(?:freqs|factors_long|factors_short))\.weight$/.test(name);

export function checkTensorRules(facts: ModelFacts): void {
  const { tensors, dataOffsetBytes } = facts.header;
  for (const tensor of tensors) {
    const field = `tensor "${tensor.name}"`;
    const type = ggmlTypes.get(tensor.type)?.name ?? '';
    if (isLookupTable(tensor.name)) continue;
    if (mustBeF32(tensor) && type !== 'F32')
      facts.malformed(field, `it is ${type}; norms and biases are F32`);
    if (notForWeights.has(type)) facts.malformed(field, `${type} is no type for weights`);
    // Offsets of other parts of a split model count from other places, each aligned like this one.
    if ((dataOffsetBytes + tensor.offsetBytes) % ENGINE_ALIGNMENT_BYTES !== 0) {
      facts.malformed(field, `its data do not begin at a multiple of ${ENGINE_ALIGNMENT_BYTES} bytes`);
    }
  }
}

/** Tensors whose size follows from a number of each layer, which may then not be 0 there. */
const sizedBy: readonly { tensors: RegExp; key: string }[] = [
  { tensors: /^blk\.(\d+)\.ffn_(?:up|down|gate)\.weight$/, key: 'feed_forward_length' },
  { tensors: /^blk\.(\d+)\.attn_q\.weight$/, key: 'attention.head_count' },
  { tensors: /^blk\.(\d+)\.attn_[kv]\.weight$/, key: 'attention.head_count_kv' },
];

/** llama-model-loader.cpp: t_meta.ne[dim] >= 1, reached by the memory simulation before any tensor is compared. */
export function checkLayerSizes(facts: ModelFacts, architecture: string, layers: number): void {
  for (const { tensors, key: name } of sizedBy) {
    const key = `${architecture}.${name}`;
    const sizes =
      facts.perLayer(key, layers, 0, 2 ** 32 - 1) ?? defaultSizes(facts, architecture, name, layers);
    for (const tensor of facts.header.tensors) {
      const layer = tensors.exec(tensor.name)?.[1];
      if (layer !== undefined && sizes[Number(layer)] === 0) {
        facts.malformed(key, `it is 0 or missing for layer ${layer}, which has a tensor "${tensor.name}"`);
      }
    }
  }
}

function defaultSizes(facts: ModelFacts, architecture: string, name: string, layers: number): number[] {
  const heads = `${architecture}.attention.head_count`;
  const given =
    name === 'attention.head_count_kv' ? facts.perLayer(heads, layers, 0, 2 ** 32 - 1) : undefined;
  return given ?? Array<number>(layers).fill(0);
}
