/** Loss from a quantized cache, on LLaMA 3 8B over the 0.000189 of the unquantized run (llama.cpp#7412). Keys cost more than values. */
const Q8_0 = { keys: 0.000755, values: 0.000554 };
const Q5_1_VALUES = 0.00157;
/** Bits a value. Below q5_1 nothing was published there: continued at the slope from q8_0 to q5_1, 0.42 of the logarithm a bit. */
const bits: ReadonlyMap<string, number> = new Map(
  Object.entries({
    q8_0: 8.5,
    q5_1: 6,
    q5_0: 5.5,
    q4_1: 5,
    q4_0: 4.5,
    iq4_nl: 4.5,
  }),
);
const SLOPE_PER_BIT = Math.log(Q5_1_VALUES / Q8_0.values) / 2.5;
/** Qwen2's keys have a few huge channels that four bits destroy. */
const BROKEN = 0.5;

/** In the same unit as the loss of weights, and added to it. Keys and values together cost less than their sum (0.00079 measured, 0.00094 here). */
export function cacheLoss(architecture: string, cacheTypeK: string, cacheTypeV: string): number {
  const keys = lossOf(cacheTypeK, Q8_0.keys);
  const isBroken = architecture.startsWith('qwen2') && (bits.get(cacheTypeK) ?? 16) < 5.5;
  return Math.hypot(isBroken ? BROKEN : keys, lossOf(cacheTypeV, Q8_0.values));
}

function lossOf(cacheType: string, atQ8: number): number {
  const width = bits.get(cacheType);
  return width === undefined ? 0 : atQ8 * Math.exp(SLOPE_PER_BIT * (8.5 - width));
}
