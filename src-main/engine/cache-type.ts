import { kvCacheTypes, type KvCacheType } from '../contract/plan.contract.ts';

/** Bits a value takes; a block of several values shares its scale, and never spans two heads. */
interface CacheTypeFacts {
  bits: number;
  block: number;
}

const facts: Record<KvCacheType, CacheTypeFacts> = {
  f32: { bits: 32, block: 1 },
  f16: { bits: 16, block: 1 },
  bf16: { bits: 16, block: 1 },
  q8_0: { bits: 8.5, block: 32 },
  q5_1: { bits: 6, block: 32 },
  q5_0: { bits: 5.5, block: 32 },
  q4_1: { bits: 5, block: 32 },
  q4_0: { bits: 4.5, block: 32 },
  iq4_nl: { bits: 4.5, block: 32 },
};

/** Types of weights that somebody may wish for the cache too. llama.cpp makes no cache of them, or aborts trying. */
const weightTypeBits: Readonly<Record<string, number>> = {
  ...{ q6_k: 6.5625, q5_k: 5.5, q4_k: 4.5, q3_k: 3.4375, q2_k: 2.625 },
  ...{ iq4_xs: 4.25, iq3_s: 3.4375, iq3_xxs: 3.0625, iq2_s: 2.5625, iq2_xs: 2.3125, iq2_xxs: 2.0625 },
  ...{ iq1_m: 1.75, iq1_s: 1.5625, tq2_0: 2.0625, tq1_0: 1.6875, mxfp4: 4.25, nvfp4: 4.5 },
};

export function isCacheType(name: string): name is KvCacheType {
  return Object.hasOwn(facts, name);
}

/** Null for what is no quantized type at all. */
export function bitsOf(name: string): number | null {
  if (isCacheType(name)) return facts[name].bits;
  return Object.hasOwn(weightTypeBits, name) ? (weightTypeBits[name] ?? null) : null;
}

export function blockOf(type: KvCacheType): number {
  return facts[type].block;
}

/** llama.cpp multiplies quantized values only in its flash attention. */
export function isQuantized(type: KvCacheType): boolean {
  return blockOf(type) > 1;
}

/** Fewest bits first. */
export const byBits: readonly KvCacheType[] = kvCacheTypes.toSorted((a, b) => facts[a].bits - facts[b].bits);

/** As the engine library spells it. */
export function ggmlTypeName(type: KvCacheType): Uppercase<KvCacheType> {
  return type.toUpperCase() as Uppercase<KvCacheType>;
}
