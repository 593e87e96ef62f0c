import type { KvCacheType } from '../../../contract/plan.contract.ts';
import type { LayerCache, ModelLayout } from '../layout/types.ts';
import { cacheRowBytes } from './cache-types.ts';
import { placeLayers, type ByDevice } from './placement.ts';

export interface CacheSettings {
  /** Of one sequence. */
  contextSize: number;
  cacheTypeK: KvCacheType;
  cacheTypeV: KvCacheType;
  sequences: number;
  batchSize: number;
  flashAttention: boolean;
}

/** llama.cpp rounds the cells of a cache up to this many. */
const CELL_MULTIPLE = 256;
/** Recurrent state is F32 whatever the types of the cache. */
const STATE_BYTES = 4;

const padCells = (cells: number) => Math.ceil(cells / CELL_MULTIPLE) * CELL_MULTIPLE;

/** Tokens of one step as the engine library asks for them: one more where the file speaks of a sliding window. */
export function stepTokens(
  layout: ModelLayout,
  { batchSize, contextSize, sequences }: Pick<CacheSettings, 'batchSize' | 'contextSize' | 'sequences'>,
): number {
  const asked = Math.max(batchSize, sequences) + (layout.declaresWindow ? 1 : 0);
  return Math.min(asked, padCells(contextSize) * sequences);
}

/** Cells of one sequence in layers with full attention and in those with a sliding window. */
export function cacheCells(layout: ModelLayout, settings: CacheSettings): { full: number; sliding: number } {
  const full = padCells(settings.contextSize);
  const window = layout.slidingWindow ?? 0;
  return { full, sliding: padCells(Math.min(full, window + stepTokens(layout, settings))) };
}

/** Bytes of the cache and of the state of all layers, to the byte. */
export function kvCacheBytes(layout: ModelLayout, settings: CacheSettings): number {
  return layerCacheBytes(layout, settings).reduce((sum, bytes) => sum + bytes, 0);
}

export function cacheByDevice(
  layout: ModelLayout,
  settings: CacheSettings & { gpuLayers: number },
): ByDevice {
  const places = placeLayers(layout, settings.gpuLayers);
  const bytes: ByDevice = { cpu: 0, gpu: 0 };
  for (const [layer, own] of layerCacheBytes(layout, settings).entries())
    bytes[places[layer] ?? 'cpu'] += own;
  return bytes;
}

/** Of each layer, wherever it is. */
export function layerCacheBytes(layout: ModelLayout, settings: CacheSettings): number[] {
  const cells = cacheCells(layout, settings);
  const widestValue = Math.max(...layout.layers.map(({ headsKv, headSizeV }) => headsKv * headSizeV));
  return layout.layers.map(({ cache }) => {
    switch (cache.kind) {
      case 'full':
      case 'sliding':
        return settings.sequences * cells[cache.kind] * cellBytes(cache, settings, widestValue);
      case 'latent':
        return settings.sequences * cells.full * cacheRowBytes(cache.keyElements, settings.cacheTypeK);
      case 'recurrent':
        return settings.sequences * cache.stateElements * STATE_BYTES;
      case 'shared':
      case 'none':
        return 0;
    }
  });
}

/** Without flash attention values lie transposed, and every layer gets the rows of the widest. */
function cellBytes(
  { keyElements, valueElements }: Extract<LayerCache, { kind: 'full' | 'sliding' }>,
  { cacheTypeK, cacheTypeV, flashAttention }: CacheSettings,
  widestValue: number,
): number {
  const stored = flashAttention ? valueElements : widestValue;
  return cacheRowBytes(keyElements, cacheTypeK) + cacheRowBytes(stored, cacheTypeV);
}
