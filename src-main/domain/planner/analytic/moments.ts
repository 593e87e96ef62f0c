/**
 * Moments of a step: how many bytes of values are alive at once. Which moments there are comes from the graphs in src/models,
 * how many values are alive in each from the simulation of llama.cpp v0.5.0 over the models of `tests/helpers/real-models.ts`;
 * where its allocator leaves gaps, the counts are those of the worst case seen.
 */
import type { LayerLayout, ModelLayout } from '../layout/types.ts';
import { isQuantized } from './cache-types.ts';
import { cacheCells, stepTokens, type CacheSettings } from './kv-cache.ts';

export const FLOAT_BYTES = 4;
export const HALF_BYTES = 2;
/** Position, place in the cache and output number of a token, in each of several graphs. */
const POSITION_BYTES = 64;

/** Of every token of the step: the least that the device of the output layer needs. */
export function logitsBytes(layout: ModelLayout, settings: CacheSettings): number {
  return layout.vocabularySize * FLOAT_BYTES * stepTokens(layout, settings);
}

/** The layers and then the logits of every token of the step. */
export function wholeStep(
  layout: ModelLayout,
  settings: CacheSettings,
  computed: readonly LayerLayout[],
): number {
  const layers = layerMoment(layout, settings, computed);
  const perToken = FLOAT_BYTES * stepTokens(layout, settings);
  const logits = (layout.vocabularySize + 3 * layout.embeddingLength + 2 * layout.perLayerInput) * perToken;
  return Math.max(layers, logits + gaps(layout, settings));
}

/** The logits come last and fit into no gap that the layers leave: where layers are uneven, on top of some of their values. */
function gaps(layout: ModelLayout, settings: CacheSettings): number {
  if (layout.perLayerInput > 0) return inputBytes(layout, settings);
  return gapValues(layout) * FLOAT_BYTES * stepTokens(layout, settings);
}

function gapValues({ layers, experts, embeddingLength: embedding }: ModelLayout): number {
  if (experts) return 8 * embedding;
  if (layers.some(({ cache }) => cache.kind === 'recurrent' || cache.kind === 'latent')) return 4 * embedding;
  const queries = Math.max(...layers.map(({ heads, headSizeK }) => heads * headSizeK));
  const wide = queries > embedding ? 3 * queries : 0;
  return wide + (layers.some(({ isGateFused }) => isGateFused) ? 3 * embedding : 0);
}

/** The most crowded moment of the most demanding of `layers`. */
export function layerMoment(
  layout: ModelLayout,
  settings: CacheSettings,
  layers: readonly LayerLayout[],
): number {
  const perToken = FLOAT_BYTES * stepTokens(layout, settings);
  const { embeddingLength: embedding, perLayerInput } = layout;
  let most = 0;
  for (const layer of layers) {
    const mixing = mixingBytes(layout, settings, layer);
    const dense = (layer.isGateFused ? 4 : 3) * layer.feedForward + 4 * embedding;
    const chosen = layer.weights.experts > 0 ? expertValues(layout) : 0;
    most = Math.max(most, mixing, (Math.max(dense, chosen) + leftBehind(settings, layer)) * perToken);
  }
  return most + inputBytes(layout, settings) + 2 * perLayerInput * perToken;
}

/** Gate, up and their product for each expert, or two outputs of each, whichever is more. */
function expertValues({ experts, embeddingLength: embedding }: ModelLayout): number {
  const { used = 0, feedForward = 0 } = experts ?? {};
  const inside = 3 * used * feedForward + 4 * embedding;
  const outputs = 2 * used * embedding + used * feedForward + 5 * embedding;
  return Math.max(inside, outputs);
}

/** Values of the attention that the feed-forward network finds still in their places. */
function leftBehind(settings: CacheSettings, layer: LayerLayout): number {
  const { heads, headsKv, headSizeK, headSizeV } = layer;
  if (!settings.flashAttention) return headsKv * (headSizeK + headSizeV);
  return isQuantized(settings.cacheTypeK) ? heads * headSizeK : 0;
}

/** Attention, or what stands in its place. */
export function mixingBytes(
  layout: ModelLayout,
  settings: CacheSettings,
  { cache, heads, headsKv, headSizeK, headSizeV }: LayerLayout,
): number {
  const tokens = stepTokens(layout, settings);
  const perToken = FLOAT_BYTES * tokens;
  const hidden = (layout.experts ? 5 : 3) * layout.embeddingLength;
  if (cache.kind === 'none') return 0;
  if (cache.kind === 'recurrent') return (hidden + cache.width) * perToken;
  // Queries, turned ones where the cache is quantized, and what attention makes of them.
  const copies = settings.flashAttention || isQuantized(settings.cacheTypeK) ? 4 : 3;
  const values = hidden + copies * heads * headSizeK + headsKv * (headSizeK + headSizeV);
  if (settings.flashAttention) return values * perToken;
  const kind = cache.kind === 'shared' ? cache.with : cache.kind;
  const cells = cacheCells(layout, settings)[kind === 'sliding' ? 'sliding' : 'full'];
  // The compressed rows serve as values only once they are turned.
  const turned = kind === 'latent' ? cells * headsKv * headSizeV * HALF_BYTES : 0;
  return (values + cells * heads) * perToken + turned;
}

/**
 * Which cells each token sees, for layers with full attention and for those with a window, in half precision for flash
 * attention; positions; and the matrices that turn what goes into a quantized cache.
 */
export function inputBytes(layout: ModelLayout, settings: CacheSettings): number {
  const { flashAttention, cacheTypeK } = settings;
  const tokens = stepTokens(layout, settings);
  const cells = cacheCells(layout, settings);
  const kinds = new Set(layout.layers.map(({ cache }) => (cache.kind === 'latent' ? 'full' : cache.kind)));
  const seen = (kinds.has('full') ? cells.full : 0) + (kinds.has('sliding') ? cells.sliding : 0);
  const masks = seen * tokens * (flashAttention ? HALF_BYTES : FLOAT_BYTES);
  const headSize = isQuantized(cacheTypeK) ? Math.max(...layout.layers.map((layer) => layer.headSizeK)) : 0;
  return masks + POSITION_BYTES * tokens + 4 * FLOAT_BYTES * headSize ** 2;
}
