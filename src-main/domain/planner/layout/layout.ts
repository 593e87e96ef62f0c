import type { GgufHeader } from '../../gguf/types.ts';
import { knownArchitectures, type Memory } from './architectures.ts';
import { Keys, LayoutField } from './keys.ts';
import type { Experts, LayerLayout, ModelLayout, UnknownLayout } from './types.ts';
import { sortWeights } from './weights.ts';

/** What a model is made of, from its header. An architecture that is not known is named instead of guessed at. */
export function layoutOf(header: GgufHeader): ModelLayout | UnknownLayout {
  const name = header.metadata.get('general.architecture');
  const architecture = typeof name === 'string' ? name : '';
  const readMemory = knownArchitectures.get(architecture);
  if (!readMemory) return { unknown: architecture };
  try {
    const keys = new Keys(header, architecture);
    return readLayout(header, keys, readMemory(keys));
  } catch (error) {
    if (error instanceof LayoutField) return { unknown: architecture, field: error.field };
    throw error;
  }
}

function readLayout(
  header: GgufHeader,
  keys: Keys,
  { attention, caches, slidingWindow }: Memory,
): ModelLayout {
  const { architecture } = keys;
  const skippedLayers = keys.integer('nextn_predict_layers', 0);
  const loadedLayers = keys.layers - skippedLayers;
  if (loadedLayers < 1) throw keys.bad('nextn_predict_layers');
  const weights = sortWeights(header.tensors, architecture, keys.layers, loadedLayers);
  const isComplete = weights.largestTensors.slice(0, loadedLayers).every((bytes) => bytes > 0);
  if (!isComplete || weights.layersInFile > keys.layers) throw keys.bad('block_count');
  const feedForward = keys.perLayer('feed_forward_length', 0);
  const experts = readExperts(keys);
  const layers = caches.map((cache, layer): LayerLayout => {
    const slides = cache.kind === 'sliding' || (cache.kind === 'shared' && cache.with === 'sliding');
    const own = weights.layers[layer] ?? { attention: 0, feedForward: 0, experts: 0, norms: 0, other: 0 };
    return {
      cache: layer < loadedLayers ? cache : { kind: 'none' },
      heads: cache.kind === 'recurrent' ? 0 : (attention.heads[layer] ?? 0),
      headsKv: cache.kind === 'recurrent' ? 0 : (attention.headsKv[layer] ?? 0),
      headSizeK: slides ? attention.slidingHeadSizeK : attention.headSizeK,
      headSizeV: slides ? attention.slidingHeadSizeV : attention.headSizeV,
      feedForward: own.experts > 0 ? sharedWidth(keys, experts) : (feedForward[layer] ?? 0),
      weights: own,
      isGateFused: (weights.feedForwardRows[layer] ?? 0) > (feedForward[layer] ?? 0),
      fusedRows: weights.fusedRows[layer] ?? 0,
      largestTensorBytes: weights.largestTensors[layer] ?? 0,
    };
  });
  return {
    architecture,
    tensors: header.tensors,
    embeddingLength: keys.integer('embedding_length'),
    vocabularySize: vocabularySize(header),
    trainedContext: keys.integer('context_length', 0),
    slidingWindow: layers.some(({ cache }) => cache.kind === 'sliding') ? slidingWindow : null,
    declaresWindow: keys.integer('attention.sliding_window', 0) > 0,
    experts,
    perLayerInput: keys.integer('embedding_length_per_layer_input', 0) * keys.layers,
    skippedLayers,
    inputBytes: weights.inputBytes,
    tokenEmbeddingsBytes: weights.tokenEmbeddingsBytes,
    isTied: weights.isTied,
    outputBytes: weights.outputBytes,
    perDeviceBytes: weights.perDeviceBytes,
    skippedBytes: weights.skippedBytes,
    layers,
  };
}

function readExperts(keys: Keys): Experts | null {
  const count = keys.integer('expert_count', 0);
  if (count === 0) return null;
  const used = Math.max(0, ...keys.perLayer('expert_used_count', 0));
  if (used === 0 || used > count) throw keys.bad('expert_used_count');
  const dense = keys.integer('feed_forward_length', 0);
  return {
    count,
    used,
    shared: keys.integer('expert_shared_count', 0),
    feedForward: keys.integer('expert_feed_forward_length', dense),
  };
}

/** Width of what runs beside the chosen experts for every token. */
function sharedWidth(keys: Keys, experts: Experts | null): number {
  if (!experts) return 0;
  if (keys.architecture === 'gemma4') return keys.integer('feed_forward_length');
  return keys.integer('expert_shared_feed_forward_length', experts.shared * experts.feedForward);
}

/** Rows of the token embeddings: the list of tokens itself need not be in memory. */
function vocabularySize(header: GgufHeader): number {
  const rows = header.tensors.find(({ name }) => name === 'token_embd.weight')?.dimensions[1];
  if (rows === undefined) throw new LayoutField('token_embd.weight');
  return rows;
}
