import type { GgufTensor } from '../../gguf/types.ts';
import type { ModelLayout } from '../layout/types.ts';
import type { ComputeSettings } from './compute.ts';
import { placeLayers, type ByDevice } from './placement.ts';

/** What is loaded beside a model: a smaller one that drafts answers for it, and adapters. */
export interface Companions {
  draft: ModelLayout | null;
  /** The tensors of each adapter, called after those that they change. */
  adapters: readonly (readonly GgufTensor[])[];
}

/** How llama.cpp loads a draft: as a whole on the GPU where there is one in use, with the model's context and a cache of full precision. */
export function draftSettings(draft: ModelLayout, settings: ComputeSettings): ComputeSettings {
  return {
    ...settings,
    gpuLayers: settings.gpuLayers > 0 ? draft.layers.length + 1 : 0,
    expertLayersOnCpu: 0,
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
  };
}

const layerName = /^blk\.(\d+)\./;

/** An adapter's tensors lie where those lie that they change (`llama_adapter_lora_init_impl`); those of the embeddings in main memory. */
export function adapterBytes(
  layout: ModelLayout,
  { gpuLayers }: Pick<ComputeSettings, 'gpuLayers'>,
  adapters: Companions['adapters'],
): ByDevice {
  const places = placeLayers(layout, gpuLayers);
  const bytes: ByDevice = { cpu: 0, gpu: 0 };
  for (const { name, sizeBytes } of adapters.flat()) {
    const layer = layerName.exec(name)?.[1];
    const place = layer === undefined ? places.at(-1) : places[Number(layer)];
    bytes[name.startsWith('token_embd.') ? 'cpu' : (place ?? 'cpu')] += sizeBytes;
  }
  return bytes;
}
