import type { LoadSettings } from '../../../contract/plan.contract.ts';
import { layerCacheBytes } from '../analytic/kv-cache.ts';
import { logitsBytes } from '../analytic/moments.ts';
import { MIN_CONTEXT } from '../candidates.ts';
import { Attempt } from './attempt.ts';
import { missingBytes, type Budget } from './budget.ts';
import type { LaidOut } from './laid-out.ts';
import type { TableMachine } from './types.ts';
import type { CachePair, Freedom } from './wishes.ts';

/** How fast answers should come. */
export interface Pace {
  leastTokensPerSecond: number;
  /** The person asked for it: then it comes before the context. */
  isAsked: boolean;
}

/** With how many layers' experts in main memory. */
export interface ExpertsAttempt {
  expertLayers: number;
  attempt: Attempt;
}

const BATCH_SIZE = 512;
/** A context that is smaller than wanted goes down in quarters of its power of two. */
const STEPS_PER_HALVING = 4;

/** One model on one machine: finds the settings that come first in the order of choice. */
export class Settler {
  readonly #model: LaidOut;
  readonly #machine: TableMachine;
  readonly #budget: Budget;
  readonly #freedom: Freedom;
  readonly #pace: Pace;

  constructor(model: LaidOut, machine: TableMachine, budget: Budget, freedom: Freedom, pace: Pace) {
    this.#model = model;
    this.#machine = machine;
    this.#budget = budget;
    this.#freedom = freedom;
    this.#pace = pace;
  }

  get totalLayers(): number {
    return this.#model.layout.layers.length + 1;
  }

  /**
   * The context with the most precise cache that is fast enough, wherever the layers have to be; then with smaller types of
   * cache; then whatever the speed; then smaller contexts, with the smallest type. More memory only makes more of these
   * possible, so it never gives a smaller context nor a cache with fewer bits. Null when nothing fits.
   */
  settle(contextSize: number): Attempt | null {
    if (!this.#hasRoomForWeights()) return null;
    let slow: Attempt | null = null;
    for (const pair of this.#freedom.cachePairs.keys()) {
      const found = this.#fastest(contextSize, pair);
      if (found && this.isFast(found)) return found;
      slow ??= found;
    }
    return slow && !this.#pace.isAsked ? slow : this.#settleForLess(contextSize, slow);
  }

  isFast({ speed }: Pick<Attempt, 'speed'>): boolean {
    const { decodeTokensPerSecond } = speed;
    return decodeTokensPerSecond === null || decodeTokensPerSecond >= this.#pace.leastTokensPerSecond;
  }

  /**
   * All layers on the GPU with this cache and fast enough; without a GPU, or where it has no memory of its own, within that share of
   * the main memory. Null where that does not fit.
   */
  whole(contextSize: number, pair = 0, mainMemoryShare = 1): Attempt | null {
    const [count = 0] = this.#layerCounts();
    if (count !== (this.#machine.gpu ? this.totalLayers : 0)) return null;
    const isMainMemory = !this.#machine.gpu || this.#budget.isUnified;
    const ramBytes = this.#budget.ramBytes * (isMainMemory ? mainMemoryShare : 1);
    const attempt = this.#try(contextSize, pair, count);
    const fits = missingBytes(attempt.devices, { ...this.#budget, ramBytes }) === 0;
    return fits && this.isFast(attempt) ? attempt : null;
  }

  /** With memory in plenty, on the GPU or beside it. */
  canBeFast(contextSize: number): boolean {
    return [this.#layerCounts()[0] ?? 0, this.#layerCounts().at(-1) ?? 0].some((gpuLayers) =>
      this.isFast(this.#try(contextSize, 0, gpuLayers)),
    );
  }

  /** What comes closest to fitting with this context: of a few placements, that which lacks least. */
  closest(contextSize: number, cache: 'first' | 'last'): Attempt {
    const pair = cache === 'first' ? 0 : this.#freedom.cachePairs.length - 1;
    const [most = 0] = this.#layerCounts();
    const counts =
      this.#freedom.gpuLayers === null ? CLOSE_SHARES.map((share) => Math.round(most * share)) : [most];
    return [...new Set(counts)]
      .map((gpuLayers) => this.#try(contextSize, pair, gpuLayers))
      .reduce((least, other) => (other.missingBytes < least.missingBytes ? other : least));
  }

  /** The first choice, whether it fits or not: as many layers on the GPU as may be, with the most precise cache. */
  withPlenty(contextSize: number): Attempt {
    return this.#try(contextSize, 0, this.#layerCounts()[0] ?? 0);
  }

  /**
   * All layers on the GPU but for the experts of as few as it takes, with the most precise cache; null where that is not needed, makes
   * no difference or does not fit.
   */
  withExpertsInMemory(contextSize: number): ExpertsAttempt | null {
    const { layers, experts } = this.#model.layout;
    const isSplitOpen = this.#machine.gpu && !this.#budget.isUnified && this.#freedom.gpuLayers === null;
    if (!experts || !isSplitOpen) return null;
    const at = (expertLayers: number) => this.#try(contextSize, 0, this.totalLayers, expertLayers);
    if (at(0).missingGpuBytes === 0) return null;
    // Each layer more leaves less on the GPU.
    let [tooFew, enough] = [0, layers.length];
    while (enough - tooFew > 1) {
      const middle = Math.floor((tooFew + enough) / 2);
      if (at(middle).missingGpuBytes === 0) enough = middle;
      else tooFew = middle;
    }
    const attempt = at(enough);
    return attempt.missingBytes === 0 ? { expertLayers: enough, attempt } : null;
  }

  #settleForLess(contextSize: number, slow: Attempt | null): Attempt | null {
    const smallest = this.#freedom.cachePairs.length - 1;
    let last = slow;
    for (const size of smallerContexts(contextSize)) {
      const found = this.#fastest(size, smallest);
      if (found && (!this.#pace.isAsked || this.isFast(found))) return found;
      last ??= found;
    }
    return last;
  }

  /** All layers on the GPU where they fit and are fast enough there, else whatever fits and answers fastest. */
  #fastest(contextSize: number, pair: number): Attempt | null {
    let best: Attempt | null = null;
    for (const attempt of this.#ends(contextSize, pair)) {
      if (attempt.settings.gpuLayers === this.totalLayers && this.isFast(attempt)) return attempt;
      if (!best || rateOf(attempt) > rateOf(best)) best = attempt;
    }
    return best;
  }

  /**
   * Of the numbers of layers on the GPU that fit, those that may be the fastest: all; and, since each layer more changes the
   * time of a token by about the same, the most and the fewest of the others.
   */
  *#ends(contextSize: number, pair: number): Generator<Attempt> {
    const counts = this.#layerCounts();
    const least = this.#leastMissing(contextSize, pair);
    const fitting = (gpuLayers: number) => {
      if (least(gpuLayers) > 0) return null;
      const attempt = this.#try(contextSize, pair, gpuLayers);
      return attempt.missingBytes === 0 ? attempt : null;
    };
    const [most = 0, ...fewer] = counts;
    const all = fitting(most);
    if (all) yield all;
    const split = firstOf(fewer, fitting);
    if (!split) return;
    yield split;
    const fewest = firstOf(fewer.toReversed(), fitting);
    if (fewest && fewest.settings.gpuLayers !== split.settings.gpuLayers) yield fewest;
  }

  /** Spares the search where nothing can fit. */
  #hasRoomForWeights(): boolean {
    const { ramBytes, gpuBytes, isUnified } = this.#budget;
    return (this.#model.weights[0]?.cpu ?? 0) <= ramBytes + (isUnified ? 0 : gpuBytes);
  }

  /**
   * Bytes that are missing for weights, cache and logits alone, by the number of layers on the GPU: in all there are no fewer. It
   * spares laying out what cannot fit.
   */
  #leastMissing(contextSize: number, pair: number): (gpuLayers: number) => number {
    const { layout, weights } = this.#model;
    const { gpuBytes, ramBytes, isUnified } = this.#budget;
    // With the smaller of the two batches, that of the processor.
    const settings = { ...this.#memorySettings(contextSize, pair, 0), sequences: 1 };
    const caches = layerCacheBytes(layout, settings);
    const logits = logitsBytes(layout, settings);
    const all = caches.reduce((sum, bytes) => sum + bytes, 0);
    return (gpuLayers) => {
      const { cpu, gpu } = weights[gpuLayers] ?? { cpu: 0, gpu: 0 };
      const firstOnGpu = caches.length + 1 - gpuLayers;
      let onGpu = 0;
      for (let layer = Math.max(0, firstOnGpu); layer < caches.length; layer++) onGpu += caches[layer] ?? 0;
      const neededOnGpu = gpu + onGpu + (gpuLayers > 0 ? logits : 0);
      const neededInRam = cpu + all - onGpu + (gpuLayers > 0 ? 0 : logits);
      const ram = neededInRam + (isUnified ? neededOnGpu : 0);
      return Math.max(0, neededOnGpu - gpuBytes) + Math.max(0, ram - ramBytes);
    };
  }

  /** Most layers first. */
  #layerCounts(): number[] {
    const { gpuLayers } = this.#freedom;
    if (gpuLayers !== null) return [gpuLayers];
    if (!this.#machine.gpu) return [0];
    return Array.from({ length: this.totalLayers + 1 }, (_, step) => this.totalLayers - step);
  }

  #try(contextSize: number, pair: number, gpuLayers: number, expertLayersOnCpu = 0): Attempt {
    const settings: LoadSettings = {
      ...this.#memorySettings(contextSize, pair, gpuLayers),
      gpuLayers,
      threads: this.#machine.threads,
    };
    const others = {
      model: this.#model,
      machine: this.#machine,
      budget: this.#budget,
      pair,
      expertLayersOnCpu,
    };
    const attempt = new Attempt({ ...others, settings });
    if (!this.#isFasterWithoutFlashAttention(settings)) return attempt;
    // It needs more memory without.
    const without = new Attempt({ ...others, settings: { ...settings, flashAttention: false } });
    return without.missingBytes === 0 ? without : attempt;
  }

  #isFasterWithoutFlashAttention({ gpuLayers, cacheTypeV }: LoadSettings): boolean {
    const isFree = this.#freedom.mayGoWithoutFlashAttention && cacheTypeV === 'f16';
    return isFree && gpuLayers === 0 && this.#machine.tuned?.flashAttention === false;
  }

  #memorySettings(contextSize: number, pair: number, gpuLayers: number) {
    const suiting = gpuLayers === 0 ? this.#machine.tuned?.batchSize : undefined;
    return {
      contextSize,
      flashAttention: this.#freedom.flashAttention,
      ...(this.#freedom.cachePairs[pair] ?? F16_PAIR),
      batchSize: Math.min(suiting ?? BATCH_SIZE, BATCH_SIZE, contextSize),
    };
  }
}

const F16_PAIR: CachePair = { cacheTypeK: 'f16', cacheTypeV: 'f16' };
/** Of the layers, where it is only asked how much is missing. */
const CLOSE_SHARES = [1, 0.75, 0.5, 0.25, 0];

export function rateOf({ speed }: Attempt): number {
  return speed.decodeTokensPerSecond ?? 0;
}

function firstOf<Value, Found>(values: readonly Value[], find: (value: Value) => Found | null): Found | null {
  for (const value of values) {
    const found = find(value);
    if (found !== null) return found;
  }
  return null;
}

/** 8192 gives 7168, 6144, 5120, 4096, 3584, … down to the smallest that works. */
function smallerContexts(target: number): number[] {
  const sizes: number[] = [];
  for (let top = 2 ** Math.ceil(Math.log2(target)); top > MIN_CONTEXT; top /= 2) {
    for (let step = STEPS_PER_HALVING; step > 0; step--) {
      sizes.push(roundedUp((top / 2) * (1 + step / STEPS_PER_HALVING)));
    }
  }
  sizes.push(MIN_CONTEXT);
  return [...new Set(sizes)].filter((size) => size < target);
}

function roundedUp(tokens: number): number {
  return Math.ceil(tokens / MIN_CONTEXT) * MIN_CONTEXT;
}
