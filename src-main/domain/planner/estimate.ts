import type { ModelSummary } from '../gguf/types.ts';
import { fullAttentionCacheBytes, isOnGpu } from './cache.ts';
import type { Candidate, Simulation } from './types.ts';

/** Generous for batches of 512 and vocabularies up to 256 k. */
const COMPUTE_BYTES = 300 * 2 ** 20;

/**
 * Memory of a candidate when the simulation cannot be had: weights from the header, cache by formula, a flat sum for
 * the rest. Weights outside the layers (embeddings, output) are shared out like the layers.
 */
export function estimate(model: ModelSummary, { settings }: Candidate): Simulation {
  const cache = fullAttentionCacheBytes(model, settings);
  const positions = model.layers + 1;
  let onGpu = 0;
  for (let layer = 0; layer < positions; layer++) {
    if (isOnGpu(layer, model.layers, settings.gpuLayers)) onGpu++;
  }
  const gpuWeights = Math.round((model.weightsBytes * onGpu) / positions);
  return {
    cpu: { weightsBytes: model.weightsBytes - gpuWeights, contextBytes: cache.cpu + COMPUTE_BYTES },
    gpu: onGpu > 0 ? { weightsBytes: gpuWeights, contextBytes: cache.gpu + COMPUTE_BYTES } : null,
  };
}
