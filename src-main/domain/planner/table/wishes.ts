import type { CacheType, PlanWishes } from '../../../contract/plan.contract.ts';
import type { ModelSummary } from '../../gguf/types.ts';
import { cacheTypeSuits } from '../cache.ts';
import { layersWithOutput, supportsFlashAttention, targetContext } from '../candidates.ts';

/** What is left to choose for one model once the wishes are heeded as far as they can be. */
export interface Freedom {
  targetContext: number;
  flashAttention: boolean;
  /** Nobody asked for it. */
  mayGoWithoutFlashAttention: boolean;
  /** Keys and values, to be tried in this order. */
  cachePairs: readonly CachePair[];
  /** Null: as many as serve. */
  gpuLayers: number | null;
  /** Wishes that could not be heeded, one sentence each. */
  refusals: string[];
}

export interface CachePair {
  cacheTypeK: CacheType;
  cacheTypeV: CacheType;
}

/** Ascending loss. */
const byPrecision: readonly CacheType[] = ['f16', 'q8_0', 'q4_0'];

export function freedomOf(model: ModelSummary, wishes: PlanWishes, gpu: { backend: string } | null): Freedom {
  const refusals: string[] = [];
  const flashAttention = flashAttentionOf(model, wishes, refusals);
  const suits = (type: CacheType) => type === 'f16' || cacheTypeSuits(model, type);
  return {
    targetContext: targetContext(model, { contextSize: wishes.contextSize }),
    flashAttention,
    mayGoWithoutFlashAttention: wishes.flashAttention === undefined,
    cachePairs: cachePairs(wishes, { flashAttention, suits, mixes: gpu?.backend !== 'cuda' }, refusals),
    gpuLayers: gpuLayersOf(model, wishes, gpu !== null, refusals),
    refusals,
  };
}

function flashAttentionOf(model: ModelSummary, { flashAttention }: PlanWishes, refusals: string[]): boolean {
  const isSupported = supportsFlashAttention(model);
  if (flashAttention === true && !isSupported)
    refusals.push('Flash attention was asked for, but this model cannot use it.');
  return isSupported && flashAttention !== false;
}

interface CacheRules {
  flashAttention: boolean;
  suits: (type: CacheType) => boolean;
  /** The build computes keys and values of different types; CUDA's does only for types that are alike. */
  mixes: boolean;
}

function cachePairs(
  { cacheTypeK, cacheTypeV }: PlanWishes,
  { flashAttention, suits, mixes }: CacheRules,
  refusals: string[],
): CachePair[] {
  const wanted = cacheTypeK ?? cacheTypeV;
  if (wanted === undefined) {
    const types = flashAttention ? byPrecision.filter(suits) : (['f16'] as const);
    return types.map((type) => ({ cacheTypeK: type, cacheTypeV: type }));
  }
  const keys = nextPossible(wanted === cacheTypeK ? cacheTypeK : wanted, suits, 'keys', refusals);
  let values = cacheTypeV === undefined ? keys : nextPossible(cacheTypeV, suits, 'values', refusals);
  if (values !== 'f16' && !flashAttention) {
    refusals.push(`The cache keeps its values in f16: ${values} needs flash attention, which is off.`);
    values = 'f16';
  }
  if (keys !== values && !mixes) {
    const alike = morePrecise(keys, values);
    refusals.push(
      `Keys and values of the cache are both ${alike}: this GPU's engine does not mix ${keys} and ${values}.`,
    );
    return [{ cacheTypeK: alike, cacheTypeV: alike }];
  }
  return [{ cacheTypeK: keys, cacheTypeV: values }];
}

/** The wanted type, or the next one with more bits that works with this model. */
function nextPossible(
  wanted: CacheType,
  suits: (type: CacheType) => boolean,
  what: 'keys' | 'values',
  refusals: string[],
): CacheType {
  const possible =
    byPrecision.slice(0, byPrecision.indexOf(wanted) + 1).findLast((type) => suits(type)) ?? 'f16';
  if (possible !== wanted)
    refusals.push(`The ${what} of the cache are ${possible}: ${wanted} does not work with this model.`);
  return possible;
}

function morePrecise(a: CacheType, b: CacheType): CacheType {
  return byPrecision.indexOf(a) < byPrecision.indexOf(b) ? a : b;
}

function gpuLayersOf(
  model: ModelSummary,
  { gpuLayers }: PlanWishes,
  hasGpu: boolean,
  refusals: string[],
): number | null {
  if (gpuLayers === undefined) return null;
  if (gpuLayers > 0 && !hasGpu) {
    refusals.push(
      `${gpuLayers} layers on the GPU were asked for, but there is none that the engine can use.`,
    );
    return 0;
  }
  return Math.min(gpuLayers, layersWithOutput(model));
}
