import type { GgufTensor } from '../../gguf/types.ts';
import type { LayerWeights, ModelLayout } from './types.ts';

export interface Weights extends Pick<
  ModelLayout,
  'inputBytes' | 'tokenEmbeddingsBytes' | 'outputBytes' | 'perDeviceBytes' | 'skippedBytes' | 'isTied'
> {
  layers: LayerWeights[];
  /** Layers that the file has tensors of, by the highest number among them. */
  layersInFile: number;
  /** Of each layer; 0 where it has no tensors. */
  largestTensors: number[];
  fusedRows: number[];
  /** Rows of the matrix into the dense feed-forward network. */
  feedForwardRows: number[];
}

const layerName = /^blk\.(\d+)\.(.+)$/;
const expertName = /_(?:ch)?exps\./;
const normName = /norm/;
const feedForwardName = /^(?:ffn|channel_mix)/;
const attentionName = /^(?:attn|ssm|shortconv|time_mix)/;

/** Which part of a layer a tensor is, by its name without `blk.N.`. */
function groupOf(name: string): keyof LayerWeights {
  if (expertName.test(name)) return 'experts';
  if (normName.test(name)) return 'norms';
  if (feedForwardName.test(name)) return 'feedForward';
  if (attentionName.test(name)) return 'attention';
  return 'other';
}

/** Rows that are looked up (`LLM_TENSOR_LAYER_INPUT`). */
const inputNames = new Set(['token_embd.weight', 'per_layer_token_embd.weight']);
/** Loaded with the first layer, though their names do not say so. */
const firstLayerNames = /^(?:per_layer_model_proj|per_layer_proj_norm)\./;
const perDeviceNames = /^rope_(?:freqs|factors_long|factors_short)\./;

/** Sorts the tensors of a file by where llama.cpp puts them; `loadedLayers` of `layers` are loaded. */
export function sortWeights(
  tensors: readonly GgufTensor[],
  architecture: string,
  layers: number,
  loadedLayers: number,
): Weights {
  const weights: Weights = {
    inputBytes: 0,
    tokenEmbeddingsBytes: 0,
    outputBytes: 0,
    perDeviceBytes: 0,
    skippedBytes: 0,
    isTied: true,
    layersInFile: 0,
    largestTensors: Array<number>(layers).fill(0),
    fusedRows: Array<number>(layers).fill(0),
    feedForwardRows: Array<number>(layers).fill(0),
    layers: Array.from({ length: layers }, () => ({
      attention: 0,
      feedForward: 0,
      experts: 0,
      norms: 0,
      other: 0,
    })),
  };
  for (const { name, sizeBytes, dimensions } of tensors) {
    const [, number, rest = ''] = layerName.exec(name) ?? [];
    const index = Number(number);
    if (number !== undefined) weights.layersInFile = Math.max(weights.layersInFile, index + 1);
    const layer = number === undefined ? undefined : weights.layers[index];
    if (layer && index < loadedLayers) {
      layer[groupOf(rest)] += sizeBytes;
      weights.largestTensors[index] = Math.max(weights.largestTensors[index] ?? 0, sizeBytes);
      if (rest === 'ffn_up.weight') weights.feedForwardRows[index] = dimensions[1] ?? 0;
      if (rest === 'attn_qkv.weight') weights.fusedRows[index] = dimensions[1] ?? 0;
    } else if (number !== undefined) weights.skippedBytes += sizeBytes;
    else addModelTensor(weights, architecture, name, sizeBytes);
  }
  return weights;
}

function addModelTensor(weights: Weights, architecture: string, name: string, sizeBytes: number): void {
  const [first] = weights.layers;
  if (inputNames.has(name)) {
    weights.inputBytes += sizeBytes;
    if (name === 'token_embd.weight') weights.tokenEmbeddingsBytes += sizeBytes;
  } else if (perDeviceNames.test(name)) {
    weights.perDeviceBytes += sizeBytes;
  } else if (first && (firstLayerNames.test(name) || isEmbeddingNorm(architecture, name))) {
    first.norms += sizeBytes;
  } else {
    weights.outputBytes += sizeBytes;
    if (name === 'output.weight') weights.isTied = false;
  }
}

/** LFM2's last norm is called as RWKV's first one (`LLM_TENSOR_OUTPUT_NORM_LFM2`). */
function isEmbeddingNorm(architecture: string, name: string): boolean {
  return name.startsWith('token_embd_norm.') && !architecture.startsWith('lfm2');
}
