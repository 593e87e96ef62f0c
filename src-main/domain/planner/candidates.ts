import type { CacheType } from '../../contract/plan.contract.ts';
import type { ModelSummary } from '../gguf/types.ts';
import { cacheTypeSuits } from './cache.ts';
import type { Candidate, ChosenSettings, Machine, Placement, Wish } from './types.ts';

/** Below this llama.cpp is not reliable: a context of 1 aborts it (llama.cpp#24098). */
export const MIN_CONTEXT = 256;
/** What a conversation with a document needs; more only where it costs nothing that anyone would miss. */
const WANTED_CONTEXT = 8192;
export const ROOMY_CONTEXTS = [32_768, 16_384];
/** Smaller than this, a model that is read from disk all the time is better served with a smaller context still. */
const LEAST_USEFUL_CONTEXT = 2048;
const BATCH_SIZE = 512;
/** Steps between all layers on the GPU and none. */
const PARTIAL_STEPS = 16;

/** The context to aim for, and whether the wish had to be changed. */
export function targetContext(model: Pick<ModelSummary, 'trainedContext'>, wish: Wish): number {
  const trained = Math.max(MIN_CONTEXT, model.trainedContext);
  return Math.min(trained, Math.max(MIN_CONTEXT, Math.floor(wish.contextSize ?? WANTED_CONTEXT)));
}

/**
 * Settings to try, best first; the first that fits is taken. Contexts never grow along the list, and for one context
 * the placement never gets better, so that more memory, which can only end the search earlier, never gives a smaller
 * context, nor a worse placement for the same context. Two lists: the second is only needed when nothing of the first fits.
 */
export function listCandidates(
  model: ModelSummary,
  machine: Machine,
  wish: Wish,
): [Candidate[], Candidate[]] {
  const list = new CandidateList(model, machine);
  const target = targetContext(model, wish);
  if (wish.contextSize === undefined) {
    const roomy = ROOMY_CONTEXTS.filter((size) => size > target && size <= model.trainedContext);
    for (const size of roomy) list.add(size, machine.gpu ? 'gpu' : 'cpu', ['f16'], 'roomy');
  }
  list.addAllPlacements(target, 'resident');
  const wanted = list.take();

  const isFixed = wish.contextSize !== undefined || target <= LEAST_USEFUL_CONTEXT;
  if (isFixed) list.addAllPlacements(target, 'disk');
  for (const size of halvings(target)) {
    list.addAllPlacements(size, 'resident');
    if (size <= LEAST_USEFUL_CONTEXT) list.addAllPlacements(size, 'disk');
  }
  return [wanted, list.take()];
}

class CandidateList {
  readonly #model: ModelSummary;
  readonly #machine: Machine;
  readonly #cacheTypes: CacheType[];
  #candidates: Candidate[] = [];

  constructor(model: ModelSummary, machine: Machine) {
    this.#model = model;
    this.#machine = machine;
    const quantized = (['q8_0', 'q4_0'] as const).filter((type) => cacheTypeSuits(model, type));
    this.#cacheTypes = supportsFlashAttention(model) ? ['f16', ...quantized] : ['f16'];
  }

  take(): Candidate[] {
    return this.#candidates.splice(0);
  }

  /** On the GPU a smaller cache is far better than a layer less; in main memory it comes last, because it costs speed there. */
  addAllPlacements(contextSize: number, demand: Candidate['demand']): void {
    if (this.#machine.gpu) {
      if (demand !== 'disk') this.add(contextSize, 'gpu', this.#cacheTypes, demand);
      this.add(contextSize, 'partial', ['f16'], demand);
    }
    this.add(contextSize, 'cpu', this.#cacheTypes, demand);
  }

  add(
    contextSize: number,
    placement: Placement,
    cacheTypes: readonly CacheType[],
    demand: Candidate['demand'],
  ): void {
    for (const gpuLayers of gpuLayersOf(placement, this.#model.layers)) {
      for (const cacheType of cacheTypes) {
        const settings = this.#settings(contextSize, gpuLayers, cacheType);
        // It needs more memory without flash attention: where that is missing, the same with it comes next.
        if (gpuLayers === 0 && cacheType === 'f16' && this.#machine.tuned?.flashAttention === false)
          this.#candidates.push({ settings: { ...settings, flashAttention: false }, placement, demand });
        this.#candidates.push({ settings, placement, demand });
      }
    }
  }

  #settings(contextSize: number, gpuLayers: number, cacheType: CacheType): ChosenSettings {
    return {
      gpuLayers,
      contextSize,
      flashAttention: supportsFlashAttention(this.#model),
      cacheTypeK: cacheType,
      cacheTypeV: cacheType,
      batchSize: Math.min(
        (gpuLayers === 0 ? this.#machine.tuned?.batchSize : null) ?? BATCH_SIZE,
        contextSize,
      ),
      threads: this.#machine.threads,
    };
  }
}

/** The library switches it off for these itself (its `flashAttentionSupported`); a quantized V cache then fails. */
export function supportsFlashAttention(
  model: Pick<ModelSummary, 'architecture' | 'headSizeK' | 'headSizeV'>,
): boolean {
  return (
    model.architecture !== 'grok' && model.architecture !== 'gemma2' && model.headSizeK === model.headSizeV
  );
}

/** The output layer counts as one more than the layers of the model. */
export function layersWithOutput(model: Pick<ModelSummary, 'layers'>): number {
  return model.layers + 1;
}

function gpuLayersOf(placement: Placement, layers: number): number[] {
  if (placement === 'gpu') return [layers + 1];
  if (placement === 'cpu') return [0];
  const steps = Math.min(layers, PARTIAL_STEPS);
  const counts = Array.from({ length: steps }, (_, step) => Math.round((layers * (steps - step)) / steps));
  return [...new Set(counts)];
}

function halvings(target: number): number[] {
  const sizes: number[] = [];
  for (let size = target / 2; size > MIN_CONTEXT; size /= 2) sizes.push(Math.ceil(size / 256) * 256);
  if (target > MIN_CONTEXT) sizes.push(MIN_CONTEXT);
  return [...new Set(sizes)];
}
