import { ggmlTypes } from '../../gguf/ggml-types.ts';
import type { GgufTensor } from '../../gguf/types.ts';
import { isOnGpu } from '../cache.ts';
import { weightFormatOf } from './backends.ts';
import { activeShare } from './decode.ts';
import type { CacheRead, DeviceShare, SpeedModelInput, WeightFormat, WeightRead } from './types.ts';

type LayerCache =
  | { kind: 'full' | 'sliding'; keyElements: number; valueElements: number }
  | { kind: 'latent'; keyElements: number }
  | { kind: 'recurrent'; stateElements: number }
  | { kind: 'shared'; with: 'full' | 'sliding' }
  | { kind: 'none' };

/** The part of a model's layout that decides how much is read for a token. */
export interface SpeedLayout {
  layers: readonly {
    cache: LayerCache;
    heads?: number;
    headSizeK?: number;
    weights: { attention: number; feedForward: number; experts: number; norms: number; other: number };
  }[];
  /** At the end of `layers`, in the file but not loaded. */
  skippedLayers: number;
  experts: { count: number; used: number } | null;
  slidingWindow: number | null;
  tokenEmbeddingsBytes: number;
  isTied: boolean;
  outputBytes: number;
  vocabularySize?: number;
}

/** Which formats the weights of a file have. */
export type WeightMix = readonly { format: WeightFormat; shareOfBytes: number; bitsPerWeight: number }[];

export interface SpeedSettings {
  /** From the end, the output layer first, as llama.cpp counts them. */
  gpuLayers: number;
  /** Of the layers on the GPU, how many of the first keep their experts in main memory. */
  expertLayersOnCpu?: number | undefined;
  flashAttention: boolean;
  cacheTypeK: string;
  cacheTypeV: string;
}

/** Places in `MachineSpeed.devices`. */
export interface SpeedPlaces {
  gpu: number | null;
  cpu: number;
}

/** Bits a value, from ggml's block sizes. */
const cacheBits: ReadonlyMap<string, number> = new Map(
  [...ggmlTypes.values()].map((type) => [
    type.name.toLowerCase(),
    (8 * type.blockBytes) / type.blockElements,
  ]),
);
const F16_BITS = 16;
const STATE_BYTES = 4;
/** A state is read and written. */
const STATE_PASSES = 2;

/** Token embeddings are looked up, not read, unless they are the output matrix too. */
export function weightMix(tensors: readonly GgufTensor[], isTied: boolean): WeightMix {
  const totals = new Map<WeightFormat, { bytes: number; weights: number }>();
  for (const tensor of tensors) {
    if (tensor.dimensions.length < 2 || (!isTied && tensor.name === 'token_embd.weight')) continue;
    const format = weightFormatOf(ggmlTypes.get(tensor.type)?.name ?? '');
    const total = totals.get(format) ?? { bytes: 0, weights: 0 };
    total.bytes += tensor.sizeBytes;
    total.weights += tensor.dimensions.reduce((product, size) => product * size, 1);
    totals.set(format, total);
  }
  const all = [...totals.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  return [...totals].flatMap(([format, { bytes, weights }]) =>
    bytes > 0 && weights > 0
      ? [{ format, shareOfBytes: bytes / all, bitsPerWeight: (8 * bytes) / weights }]
      : [],
  );
}

/** What each device reads for a token when the model is loaded this way. */
export function speedInput(
  layout: SpeedLayout,
  mix: WeightMix,
  settings: SpeedSettings,
  places: SpeedPlaces,
): SpeedModelInput {
  const loaded = layout.layers.slice(0, layout.layers.length - layout.skippedLayers);
  const gpuLayers = places.gpu === null ? 0 : settings.gpuLayers;
  const active = layout.experts ? activeShare(layout.experts.used, layout.experts.count) : 1;
  const cpu = new Work(active);
  const gpu = new Work(active);
  let splitLayers = 0;
  for (const [index, layer] of loaded.entries()) {
    const isGpu = isOnGpu(index, loaded.length, gpuLayers);
    const hasExpertsOnCpu = isGpu && layer.weights.experts > 0 && index < (settings.expertLayersOnCpu ?? 0);
    const { attention, feedForward, experts, norms, other } = layer.weights;
    const work = isGpu ? gpu : cpu;
    work.layers++;
    work.bytes += attention + feedForward + norms + other;
    (hasExpertsOnCpu ? cpu : work).addExperts(experts);
    if (hasExpertsOnCpu) splitLayers++;
    work.addCache(readsOf(layout, loaded, index, settings), layer.cache);
  }
  const isOutputOnGpu = gpuLayers > 0;
  (isOutputOnGpu ? gpu : cpu).outputBytes =
    layout.outputBytes + (layout.isTied ? layout.tokenEmbeddingsBytes : 0);

  const isSplit = isOutputOnGpu && cpu.layers > 0;
  return {
    shares: [...(places.gpu !== null ? [gpu.share(places.gpu, mix)] : []), cpu.share(places.cpu, mix)],
    flashAttention: settings.flashAttention,
    cacheTypeK: settings.cacheTypeK,
    cacheTypeV: settings.cacheTypeV,
    vocabulary: layout.vocabularySize ?? 0,
    crossings: (isSplit ? 1 : 0) + 2 * splitLayers,
  };
}

/** A layer that shares a cache reads that of the last layer before it that has one of the kind. */
function readsOf(
  layout: SpeedLayout,
  loaded: SpeedLayout['layers'],
  index: number,
  { cacheTypeK, cacheTypeV }: SpeedSettings,
): CacheRead | null {
  const own = loaded[index]?.cache;
  const cache =
    own?.kind === 'shared'
      ? loaded.slice(0, index).findLast((layer) => layer.cache.kind === own.with)?.cache
      : own;
  const keyBytes = (elements: number) => (elements * (cacheBits.get(cacheTypeK) ?? F16_BITS)) / 8;
  const valueBytes = (elements: number) => (elements * (cacheBits.get(cacheTypeV) ?? F16_BITS)) / 8;
  switch (cache?.kind) {
    case 'full':
    case 'sliding':
      return {
        bytesPerPosition: keyBytes(cache.keyElements) + valueBytes(cache.valueElements),
        window: cache.kind === 'sliding' ? layout.slidingWindow : null,
        ...queriesOf(loaded[index]),
      };
    case 'latent':
      return { bytesPerPosition: keyBytes(cache.keyElements), window: null, ...queriesOf(loaded[index]) };
    default:
      return null;
  }
}

function queriesOf(layer: SpeedLayout['layers'][number] | undefined): Pick<CacheRead, 'queries'> {
  const { heads = 0, headSizeK = 0 } = layer ?? {};
  return heads > 0 && headSizeK > 0 ? { queries: { heads, headSize: headSizeK } } : {};
}

class Work {
  /** Without the output. */
  bytes = 0;
  outputBytes = 0;
  layers = 0;
  /** Layers that look equally far back with heads of equal size are one. */
  readonly #cache = new Map<string, CacheRead>();
  #stateBytes = 0;
  readonly #active: number;
  #expertBytes = 0;

  constructor(active: number) {
    this.#active = active;
  }

  addExperts(bytes: number): void {
    this.bytes += bytes * this.#active;
    this.#expertBytes += bytes;
  }

  addCache(read: CacheRead | null, cache: LayerCache): void {
    if (read) {
      const key = `${read.window}|${read.queries?.headSize}`;
      this.#cache.set(key, together(this.#cache.get(key), read));
    }
    if (cache.kind === 'recurrent') this.#stateBytes += cache.stateElements * STATE_BYTES * STATE_PASSES;
  }

  share(device: number, mix: WeightMix): DeviceShare {
    const all = this.bytes + this.outputBytes;
    return {
      device,
      ...(this.outputBytes > 0 && { outputShare: this.outputBytes / all }),
      reads: mix.map(({ format, shareOfBytes, bitsPerWeight }): WeightRead => {
        const bytes = all * shareOfBytes;
        return { format, bytes, weights: (8 * bytes) / bitsPerWeight };
      }),
      layers: this.layers,
      cache: [...this.#cache.values()],
      stateBytes: this.#stateBytes,
      ...(this.#expertBytes > 0 && { experts: { bytes: this.#expertBytes, active: this.#active } }),
    };
  }
}

function together(known: CacheRead | undefined, read: CacheRead): CacheRead {
  if (!known) return read;
  const bytesPerPosition = known.bytesPerPosition + read.bytesPerPosition;
  if (!known.queries || !read.queries) return { ...known, bytesPerPosition };
  const heads = known.queries.heads + read.queries.heads;
  return { ...known, bytesPerPosition, queries: { ...known.queries, heads } };
}
