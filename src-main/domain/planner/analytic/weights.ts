import type { LayerWeights, ModelLayout } from '../layout/types.ts';
import { placeLayers, type ByDevice } from './placement.ts';

export interface WeightPlacement {
  gpuLayers: number;
  /** Of the layers on the GPU, how many of the first keep their experts in main memory (llama.cpp's `--n-cpu-moe`). */
  expertLayersOnCpu?: number | undefined;
}

/**
 * Bytes of the weights by device: token embeddings always in main memory, the output matrix with the last layer. Where it is
 * the token embeddings once more, a GPU gets a copy. Second copies that a CPU makes are not counted here.
 */
export function weightsByDevice(
  layout: ModelLayout,
  { gpuLayers, expertLayersOnCpu = 0 }: WeightPlacement,
): ByDevice {
  const bytes: ByDevice = { cpu: layout.inputBytes, gpu: 0 };
  const places = placeLayers(layout, gpuLayers);
  const loaded = layout.layers.length - layout.skippedLayers;
  for (const [index, { weights }] of layout.layers.slice(0, loaded).entries()) {
    const place = places[index] ?? 'cpu';
    bytes[index < expertLayersOnCpu ? 'cpu' : place] += weights.experts;
    bytes[place] += allBut(weights);
  }
  const output = places.at(-1) ?? 'cpu';
  bytes[output] += layout.outputBytes;
  if (layout.isTied && output === 'gpu') bytes.gpu += layout.tokenEmbeddingsBytes;
  for (const place of new Set(places.slice(0, loaded))) bytes[place] += layout.perDeviceBytes;
  return bytes;
}

function allBut({ attention, feedForward, norms, other }: LayerWeights): number {
  return attention + feedForward + norms + other;
}
