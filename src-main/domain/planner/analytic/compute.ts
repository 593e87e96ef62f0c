/**
 * Compute buffers: what one step needs beside weights and cache. llama.cpp reserves them once, for the largest step
 * (`llama_context::graph_reserve`): values that are needed at the same time lie side by side, others share their place.
 * So the size is that of the most crowded moment. With layers on a GPU it computes all of a large step, and is handed
 * what lies in main memory piece by piece (`op_offload`).
 */
import type { LayerLayout, ModelLayout } from '../layout/types.ts';
import { cacheRowBytes, isQuantized } from './cache-types.ts';
import { cacheCells, stepTokens, type CacheSettings } from './kv-cache.ts';
import { FLOAT_BYTES, HALF_BYTES, inputBytes, layerMoment, mixingBytes, wholeStep } from './moments.ts';
import { placeLayers, type ByDevice, type Device } from './placement.ts';

export interface ComputeSettings extends CacheSettings {
  gpuLayers: number;
  /** Of the layers on the GPU, how many of the first keep their experts in main memory. */
  expertLayersOnCpu?: number | undefined;
}

/** How the GPU's backend differs in what it needs. */
export interface GpuTraits {
  /** Flash attention turns a quantized cache into F16 first, one layer at a time (`ggml-cuda/fattn`). */
  widensQuantizedCache: boolean;
}

/** Steps of fewer tokens than this are computed where the weights are (`min_batch_size` of the GPU backends). */
const HANDED_OVER_TOKENS = 32;
/** Seen with Gemma 2, whose layers with full attention are every other, and no longer with Gemma 3, where they are every sixth. */
const LAYERS_AHEAD = 2;

export function computeBytes(
  layout: ModelLayout,
  settings: ComputeSettings,
  gpu: GpuTraits | null = null,
): ByDevice {
  const places = placeLayers(layout, settings.gpuLayers);
  if (!places.includes('gpu')) return { cpu: wholeStep(layout, settings, layout.layers), gpu: 0 };
  const tokens = stepTokens(layout, settings);
  const { expertLayersOnCpu = 0 } = settings;
  const isHandedOver = tokens >= HANDED_OVER_TOKENS;
  const onCpu = layout.layers.filter((_, layer) => places[layer] === 'cpu');
  const withWeightsOnCpu = layout.layers.filter(
    ({ weights }, layer) => places[layer] === 'cpu' || (layer < expertLayersOnCpu && weights.experts > 0),
  );
  const onGpu = layout.layers.filter((_, layer) => isHandedOver || places[layer] === 'gpu');
  const caches = cachesOnCpu(layout, settings, places);
  const spare = tokens * layout.embeddingLength * FLOAT_BYTES;
  return {
    cpu:
      inputs(layout, settings, onCpu) + (isHandedOver ? 0 : layerMoment(layout, settings, withWeightsOnCpu)),
    gpu:
      Math.max(
        wholeStep(layout, settings, onGpu) + (isHandedOver ? handedLayer(withWeightsOnCpu, caches) : 0),
        isHandedOver ? handedCacheMoment(layout, settings, caches) : 0,
      ) +
      keptCaches(caches) +
      spare +
      (gpu?.widensQuantizedCache ? widened(layout, settings) : 0),
  };
}

/** What main memory keeps when a GPU computes: embeddings, masks, and the beginning of layers whose cache is here. */
function inputs(layout: ModelLayout, settings: ComputeSettings, onCpu: readonly LayerLayout[]): number {
  const perToken = FLOAT_BYTES * stepTokens(layout, settings);
  const most = (of: (layer: LayerLayout) => number, layers = layout.layers) => Math.max(0, ...layers.map(of));
  const entry = most(entryValues(layout), onCpu);
  const keys = most((layer) => layer.headsKv * (layer.headSizeK + layer.headSizeV));
  const queries = most(({ heads, headSizeK }) => heads * headSizeK);
  const left = settings.flashAttention ? 0 : keys + queries;
  const values = 2 * layout.embeddingLength + layout.perLayerInput + entry + left;
  return values * perToken + inputBytes(layout, settings) + attentionLeft(layout, settings, onCpu);
}

/** What a layer begins with, where its first matrix makes more than one thing. */
function entryValues({ embeddingLength }: ModelLayout): (layer: LayerLayout) => number {
  return ({ fusedRows, cache }) => fusedRows || (cache.kind === 'recurrent' ? 2 * embeddingLength : 0);
}

/** Attention without flash attention stays where the cache is if short convolutions lie between (seen with LFM2). */
function attentionLeft(
  layout: ModelLayout,
  settings: ComputeSettings,
  onCpu: readonly LayerLayout[],
): number {
  if (settings.flashAttention || !layout.architecture.startsWith('lfm2')) return 0;
  const attending = onCpu.filter(({ cache }) => cache.kind !== 'recurrent');
  return Math.max(0, ...attending.map((layer) => mixingBytes(layout, settings, layer)));
}

/**
 * The attention of a layer whose cache is in main memory: a GPU gets the layer's cache, and part of that of a layer soon after
 * it before this one is gone.
 */
function handedCacheMoment(
  layout: ModelLayout,
  settings: ComputeSettings,
  handed: readonly HandedCache[],
): number {
  const moments = handed.map(({ layer, keys, values }, index) => {
    const next = handed.slice(index + 1, index + 1 + LAYERS_AHEAD);
    const ahead = next.map((other) => Math.max(other.keys, other.values));
    return mixingBytes(layout, settings, layer) + keys + values + Math.max(0, ...ahead);
  });
  return Math.max(0, ...moments) + inputBytes(layout, settings);
}

interface HandedCache {
  layer: LayerLayout;
  keys: number;
  values: number;
}

/** Layers whose cache is in main memory, their own or one they borrow. */
function cachesOnCpu(
  layout: ModelLayout,
  settings: ComputeSettings,
  places: readonly Device[],
): HandedCache[] {
  const cells = cacheCells(layout, settings);
  return layout.layers.flatMap((layer, index) => {
    const { cache } = layer;
    const owner =
      cache.kind === 'shared'
        ? layout.layers.findLastIndex((other) => other.cache.kind === cache.with)
        : index;
    const own = layout.layers[owner]?.cache;
    if (places[owner] !== 'cpu' || !own) return [];
    if (!('keyElements' in own)) return [{ layer, keys: 0, values: 0 }];
    const count = own.kind === 'sliding' ? cells.sliding : cells.full;
    const valueElements = own.kind === 'latent' ? 0 : own.valueElements;
    return [
      {
        layer,
        keys: count * cacheRowBytes(own.keyElements, settings.cacheTypeK),
        values: count * cacheRowBytes(valueElements, settings.cacheTypeV),
      },
    ];
  });
}

/** What several layers borrow from one in main memory stays on the GPU from the first of them to the last. */
function keptCaches(caches: readonly HandedCache[]): number {
  const most = (kind: 'full' | 'sliding') =>
    caches
      .filter(({ layer: { cache } }) => cache.kind === 'shared' && cache.with === kind)
      .reduce((bytes, { keys, values }) => Math.max(bytes, keys + values), 0);
  return most('full') + most('sliding');
}

/** Matrices in main memory go to the GPU one after the other, the cache of one layer beside them. */
function handedLayer(withWeightsOnCpu: readonly LayerLayout[], caches: readonly HandedCache[]): number {
  const matrix = Math.max(0, ...withWeightsOnCpu.map(({ largestTensorBytes }) => largestTensorBytes));
  return matrix + Math.min(matrix, Math.max(0, ...caches.map(({ keys, values }) => keys + values)));
}

function widened(layout: ModelLayout, settings: ComputeSettings): number {
  const { cacheTypeK, cacheTypeV, flashAttention } = settings;
  if (!flashAttention) return 0;
  const cells = cacheCells(layout, settings);
  const bytes = layout.layers.map(({ cache }) => {
    if (cache.kind !== 'full' && cache.kind !== 'sliding') return 0;
    const keys = isQuantized(cacheTypeK) ? cache.keyElements : 0;
    const values = isQuantized(cacheTypeV) ? cache.valueElements : 0;
    return cells[cache.kind] * (keys + values) * HALF_BYTES;
  });
  return Math.max(0, ...bytes);
}
