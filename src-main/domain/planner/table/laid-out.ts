import type { GgufHeader } from '../../gguf/types.ts';
import type { Companions } from '../analytic/companions.ts';
import type { ByDevice } from '../analytic/placement.ts';
import { weightsByDevice } from '../analytic/weights.ts';
import { layoutOf } from '../layout/layout.ts';
import { isKnown, type ModelLayout, type UnknownLayout } from '../layout/types.ts';
import { weightMix, type WeightMix } from '../speed/model-input.ts';

/** What of a model depends on its header alone. */
export interface LaidOut {
  layout: ModelLayout;
  mix: WeightMix;
  /** By the number of layers on the GPU, from none to all with the output layer. */
  weights: readonly ByDevice[];
  /** Not of the header: what is loaded beside it. */
  beside?: Companions | undefined;
}

/** Each move of a slider plans the same headers again. */
const known = new WeakMap<GgufHeader, LaidOut | UnknownLayout>();

export function layOut(header: GgufHeader): LaidOut | UnknownLayout {
  const before = known.get(header);
  if (before) return before;
  const laidOut = layOutAnew(header);
  known.set(header, laidOut);
  return laidOut;
}

function layOutAnew(header: GgufHeader): LaidOut | UnknownLayout {
  const layout = layoutOf(header);
  if (!isKnown(layout)) return layout;
  const counts = Array.from({ length: layout.layers.length + 2 }, (_, gpuLayers) => gpuLayers);
  return {
    layout,
    mix: weightMix(layout.tensors, layout.isTied),
    weights: counts.map((gpuLayers) => weightsByDevice(layout, { gpuLayers })),
  };
}
