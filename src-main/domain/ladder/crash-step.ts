import type { LoadSettings } from '../../contract/plan.contract.ts';
import { grouped } from '../planner/numbers.ts';
import type { Step } from './types.ts';

/** Below this a context is of no use, and llama.cpp has aborted on tiny ones (llama.cpp#24098). */
export const LEAST_CONTEXT = 512;

const PLAIN_CACHE = { cacheTypeK: 'f16', cacheTypeV: 'f16' } as const;

/**
 * After a crash: GPU off, flash attention off, plain cache, half the context. Each rung takes away what native code most often
 * stumbles over. Null when only another model is left to try.
 */
export function crashStep(settings: LoadSettings): Step | null {
  if (settings.gpuLayers > 0) {
    return {
      kind: 'layers',
      settings: { ...settings, gpuLayers: 0 },
      done: 'the model runs on the processor now',
      proposal: 'Set the GPU layers to 0.',
    };
  }
  const isQuantized = settings.cacheTypeK !== 'f16' || settings.cacheTypeV !== 'f16';
  if (settings.flashAttention) {
    // A quantized cache without flash attention is an error or an abort in llama.cpp: both go together.
    return {
      kind: 'flashAttention',
      settings: { ...settings, ...PLAIN_CACHE, flashAttention: false },
      done: isQuantized
        ? 'flash attention was switched off and the cache keeps full precision'
        : 'flash attention was switched off',
      proposal: isQuantized
        ? 'Switch flash attention off and set the cache to f16.'
        : 'Switch flash attention off.',
    };
  }
  if (isQuantized) {
    return {
      kind: 'cache',
      settings: { ...settings, ...PLAIN_CACHE },
      done: 'the cache keeps full precision now',
      proposal: 'Set the cache to f16.',
    };
  }
  const contextSize = Math.floor(settings.contextSize / 2);
  return contextSize < LEAST_CONTEXT
    ? null
    : {
        kind: 'context',
        settings: { ...settings, contextSize, batchSize: Math.min(settings.batchSize, contextSize) },
        done: `the context was halved to ${grouped(contextSize)} tokens`,
        proposal: `Set the context to ${grouped(contextSize)} tokens.`,
      };
}

/** What to do after a crash, as a sentence, also when no setting is left to change. */
export function crashProposal(settings: LoadSettings): string {
  return crashStep(settings)?.proposal ?? 'Choose a smaller model or a lower quantization level.';
}
