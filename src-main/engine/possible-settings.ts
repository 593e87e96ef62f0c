import type { KvCacheType, LoadSettings } from '../contract/plan.contract.ts';
import { problemError } from '../contract/problem.ts';
import type { LoadWish } from '../services/engine-host/protocol.ts';
import { bitsOf, blockOf, byBits, isCacheType, isQuantized } from './cache-type.ts';

/** What of a model decides which settings it can run with. */
export interface AttentionShape {
  /** Of every kind of layer: sliding windows may have others. Empty where it has no attention. */
  headSizesK: readonly number[];
  headSizesV: readonly number[];
  /** The engine library keeps it off for some architectures, whatever it is asked for. */
  supportsFlashAttention: boolean;
  /** Latent attention keeps keys and values in one cache. */
  hasOneCache: boolean;
}

export interface PossibleSettings {
  settings: LoadSettings;
  /** What is not as it was wished, one sentence each. */
  changes: string[];
}

type Part = 'keys' | 'values';

/** A type of cache, and why it is not the one that was wished; null where it is. */
interface Choice {
  type: KvCacheType;
  because: string | null;
}

/**
 * Turns each wish that this model cannot be loaded with into the next one that it can: native code answers some of them with an
 * error and some by ending the process (a block that does not divide the head size without flash attention, ggml.c:1788).
 */
export function possibleSettings(wish: LoadWish, shape: AttentionShape): PossibleSettings {
  const changes: string[] = [];
  const flashAttention = shape.supportsFlashAttention && wish.flashAttention !== false;
  if (wish.flashAttention === true && !flashAttention)
    changes.push('Flash attention is off: the engine cannot use it with this model.');
  const offBecause = wish.flashAttention === false ? 'which is off' : 'which this model cannot use';
  const keys = nextPossible('keys', wish.cacheTypeK, (type) => spanning(type, shape.headSizesK));
  const values = nextPossible(
    'values',
    wish.cacheTypeV,
    (type) =>
      spanning(type, shape.headSizesV) ??
      (isQuantized(type) && !flashAttention ? `${type} needs flash attention, ${offBecause}` : null),
  );
  const [cacheTypeK, cacheTypeV] = alike(keys, values, shape, changes);
  return { settings: { ...wish, flashAttention, cacheTypeK, cacheTypeV }, changes };
}

/** Why a block of this type does not fit into the heads; null where it does. */
function spanning(type: KvCacheType, headSizes: readonly number[]): string | null {
  const block = blockOf(type);
  const size = headSizes.find((size) => size % block !== 0);
  return size === undefined
    ? null
    : `${type} takes ${block} values at a time, and this model's heads have ${size}`;
}

/** The wished type, or the one with the fewest bits more that works. */
function nextPossible(part: Part, wished: string, obstacle: (type: KvCacheType) => string | null): Choice {
  const name = wished.toLowerCase();
  const bits = bitsOf(name);
  if (bits === null) {
    const reason = `“${wished}” is no type of cache; there are ${byBits.toReversed().join(', ')}`;
    throw problemError('request.invalid', { field: `Cache of ${part}`, reason });
  }
  const because = isCacheType(name) ? obstacle(name) : `a cache cannot be ${name}`;
  if (isCacheType(name) && because === null) return { type: name, because };
  // Every model can have one that is not quantized.
  const type = byBits.find((type) => (bitsOf(type) ?? 0) >= bits && obstacle(type) === null) ?? 'f16';
  return { type, because };
}

/** Keys and values, with sentences for what was changed. */
function alike(
  keys: Choice,
  values: Choice,
  { hasOneCache }: AttentionShape,
  changes: string[],
): [KvCacheType, KvCacheType] {
  if (hasOneCache && keys.type !== values.type) {
    const type = byBits.indexOf(keys.type) > byBits.indexOf(values.type) ? keys.type : values.type;
    changes.push(`Keys and values of the cache are ${type}: this model keeps both in one.`);
    return [type, type];
  }
  const isSameChange = keys.type === values.type && keys.because === values.because;
  if (isSameChange && keys.because !== null) {
    changes.push(`Keys and values of the cache are ${keys.type}: ${keys.because}.`);
  } else {
    if (keys.because !== null) changes.push(`The keys of the cache are ${keys.type}: ${keys.because}.`);
    if (values.because !== null)
      changes.push(`The values of the cache are ${values.type}: ${values.because}.`);
  }
  return [keys.type, values.type];
}
