import { isOnGpu } from '../cache.ts';
import type { ModelLayout } from '../layout/types.ts';

export type Device = 'cpu' | 'gpu';
export type ByDevice = Record<Device, number>;

/** A search places the same layers again and again, as many times as it tries settings. */
const known = new WeakMap<ModelLayout['layers'], Map<number, readonly Device[]>>();

/** The device of each layer and, after them, of the output layer, which is the first to go to the GPU. */
export function placeLayers({ layers }: Pick<ModelLayout, 'layers'>, gpuLayers: number): readonly Device[] {
  const placed = known.get(layers) ?? new Map<number, readonly Device[]>();
  known.set(layers, placed);
  const places =
    placed.get(gpuLayers) ??
    Array.from({ length: layers.length + 1 }, (_, layer) =>
      isOnGpu(layer, layers.length, gpuLayers) ? 'gpu' : 'cpu',
    );
  placed.set(gpuLayers, places);
  return places;
}
