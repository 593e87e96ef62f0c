import { cacheTypes, type CacheType, type LoadSettings } from '../../contract/plan.contract.ts';
import type { ModelSummary } from '../gguf/types.ts';
import type { ChosenSettings } from './types.ts';

/** Values per block and bytes per block of a cache type (ggml's `block_q8_0` and `block_q4_0`; f16 has no blocks). */
const blocks: Record<CacheType, { values: number; bytes: number }> = {
  f16: { values: 1, bytes: 2 },
  q8_0: { values: 32, bytes: 34 },
  q4_0: { values: 32, bytes: 18 },
};

/** llama.cpp rounds the cells of a cache up to this many. */
const CELL_MULTIPLE = 256;

type CacheSettings = Pick<ChosenSettings, 'gpuLayers' | 'contextSize' | 'cacheTypeK' | 'cacheTypeV'>;
type CacheShape = Pick<ModelSummary, 'layers' | 'headsKv' | 'headSizeK' | 'headSizeV'>;

/** Bytes of a cache with full attention in every layer, by where the layers are. An upper bound for sliding windows. */
export function fullAttentionCacheBytes(
  model: CacheShape,
  settings: CacheSettings,
): { cpu: number; gpu: number } {
  const cells = Math.ceil(settings.contextSize / CELL_MULTIPLE) * CELL_MULTIPLE;
  const bytes = { cpu: 0, gpu: 0 };
  for (let layer = 0; layer < model.layers; layer++) {
    const heads = model.headsKv[layer] ?? 0;
    const row =
      rowBytes(heads * model.headSizeK, settings.cacheTypeK) +
      rowBytes(heads * model.headSizeV, settings.cacheTypeV);
    bytes[isOnGpu(layer, model.layers, settings.gpuLayers) ? 'gpu' : 'cpu'] += cells * row;
  }
  return bytes;
}

/** GPU layers are counted from the end, and the output layer is the first of them (llama.cpp's `i_gpu_start`). */
export function isOnGpu(layer: number, layers: number, gpuLayers: number): boolean {
  return layer >= layers + 1 - gpuLayers;
}

/** A block never spans two heads, so its size must divide the head size; with 40 and q8_0 llama.cpp aborts the process. */
export function cacheTypeSuits(model: CacheShape & { architecture: string }, type: CacheType): boolean {
  // 4-bit keys break Qwen2: its keys have a few huge channels (llama.cpp's own table of known-bad pairs).
  if (type === 'q4_0' && model.architecture.startsWith('qwen2')) return false;
  return model.headSizeK % blocks[type].values === 0 && model.headSizeV % blocks[type].values === 0;
}

function rowBytes(values: number, type: CacheType): number {
  return Math.ceil(values / blocks[type].values) * blocks[type].bytes;
}

/** A type of cache that the planner does not choose is counted as f16. */
export function chosenSettings(settings: LoadSettings): ChosenSettings {
  const known = (type: string): CacheType => cacheTypes.find((each) => each === type) ?? 'f16';
  return { ...settings, cacheTypeK: known(settings.cacheTypeK), cacheTypeV: known(settings.cacheTypeV) };
}
