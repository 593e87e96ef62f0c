import type { LoadSettings } from '../../contract/plan.contract.ts';
import type { ModelSummary } from '../gguf/types.ts';
import { cacheTypeSuits } from '../planner/cache.ts';
import { layersWithOutput, supportsFlashAttention } from '../planner/candidates.ts';
import { grouped } from '../planner/numbers.ts';
import { LEAST_CONTEXT } from './crash-step.ts';
import type { MemoryNeed, Step, StepKind, Trouble } from './types.ts';

/** Smaller ones hardly need less, and read prompts much slower. */
const LEAST_BATCH = 128;
const CONTEXT_MULTIPLE = 256;
/** A rung that frees less of the device than this is passed over: loading takes too long to try it. */
const WORTHWHILE_SHARE = 0.01;

export interface MemoryFooting {
  settings: LoadSettings;
  model: ModelSummary;
  trouble: Trouble;
  /** Rungs that were taken before. */
  taken: readonly StepKind[];
  /** Tokens that the person asked for; such a context is lowered last, and it is said. */
  wishedContext: number | null;
  /** Level of the next smaller file of the same model on this computer; null when there is none. */
  smallerLevel: string | null;
  needOf: (settings: LoadSettings) => MemoryNeed;
}

/**
 * When memory was not there: a cache of 8 bits, half the context, fewer layers on the GPU, smaller batches, then the next smaller
 * level of the same model. Every rung needs less of the device that ran short; null when none is left.
 */
export function memoryStep(footing: MemoryFooting): Step | null {
  const { trouble, wishedContext } = footing;
  const rungs = trouble.inWeights
    ? [layersStep, modelStep]
    : wishedContext === null
      ? [cacheStep, contextStep, layersStep, batchStep, modelStep]
      : [cacheStep, layersStep, batchStep, contextStep, modelStep];
  for (const rung of rungs) {
    const step = rung(footing);
    if (step !== null && isWorthwhile(step, footing)) return step;
  }
  return null;
}

function isWorthwhile({ settings }: Step, footing: MemoryFooting): boolean {
  if (settings === null) return true;
  const key = footing.trouble.device === 'gpu' ? 'gpuBytes' : 'mainBytes';
  const before = footing.needOf(footing.settings)[key];
  return before - footing.needOf(settings)[key] > WORTHWHILE_SHARE * before;
}

/** Keys and values alike: other pairs are not built into every backend. */
function cacheStep({ settings, model }: MemoryFooting): Step | null {
  const isFull = settings.cacheTypeK === 'f16' && settings.cacheTypeV === 'f16';
  if (!isFull || !cacheTypeSuits(model, 'q8_0') || !supportsFlashAttention(model)) return null;
  return {
    kind: 'cache',
    settings: { ...settings, cacheTypeK: 'q8_0', cacheTypeV: 'q8_0', flashAttention: true },
    done: 'the cache (what the model remembers of the chat) is kept with 8 bits instead of 16',
    proposal: 'Set the cache to q8_0.',
  };
}

function contextStep({ settings, taken, wishedContext }: MemoryFooting): Step | null {
  const contextSize = Math.ceil(settings.contextSize / 2 / CONTEXT_MULTIPLE) * CONTEXT_MULTIPLE;
  if (taken.includes('context') || contextSize < LEAST_CONTEXT || contextSize >= settings.contextSize)
    return null;
  const batchSize = Math.min(settings.batchSize, contextSize);
  return {
    kind: 'context',
    settings: { ...settings, contextSize, batchSize },
    done:
      wishedContext === null
        ? `the context was halved to ${grouped(contextSize)} tokens`
        : `the context holds ${grouped(contextSize)} tokens instead of the ${grouped(wishedContext)} that were asked for`,
    proposal: `Set the context to ${grouped(contextSize)} tokens.`,
  };
}

/** Half of the layers leave the GPU, the next time all. */
function layersStep({ settings, model, trouble, taken }: MemoryFooting): Step | null {
  if (settings.gpuLayers === 0 || trouble.device === 'main') return null;
  const gpuLayers = taken.includes('layers') ? 0 : Math.floor(settings.gpuLayers / 2);
  return {
    kind: 'layers',
    settings: { ...settings, gpuLayers },
    done:
      gpuLayers === 0
        ? 'the model runs on the processor now, which is slower'
        : `${gpuLayers} of ${layersWithOutput(model)} layers stay on the GPU and the processor computes the others, which is slower`,
    proposal: `Set the GPU layers to ${gpuLayers}.`,
  };
}

function batchStep({ settings, taken }: MemoryFooting): Step | null {
  if (taken.includes('batch') || settings.batchSize <= LEAST_BATCH) return null;
  return {
    kind: 'batch',
    settings: { ...settings, batchSize: LEAST_BATCH },
    done: `prompts are read in smaller pieces, of ${grouped(LEAST_BATCH)} tokens`,
    proposal: `Set the batch to ${grouped(LEAST_BATCH)} tokens.`,
  };
}

function modelStep({ smallerLevel, taken }: MemoryFooting): Step | null {
  if (smallerLevel === null || taken.includes('model')) return null;
  return {
    kind: 'model',
    settings: null,
    done: `${smallerLevel} answers, the next smaller level of this model on this computer`,
    proposal: `Choose ${smallerLevel}, the next smaller level.`,
  };
}
