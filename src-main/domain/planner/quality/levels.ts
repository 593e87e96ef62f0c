import type { LevelKind } from './types.ts';

/**
 * Bits per weight of the levels at an 8B model (llama.cpp tools/quantize, Llama 3.1 8B; Q4_0 to Q5_1 from their file sizes).
 * Small models have more, since embeddings and output are a larger part of them and are quantized less.
 */
const bitsAt8b: ReadonlyMap<string, number> = new Map(
  Object.entries({
    IQ1_S: 2.0042,
    IQ1_M: 2.146,
    IQ2_XXS: 2.3824,
    IQ2_XS: 2.5882,
    IQ2_S: 2.7403,
    IQ2_M: 2.9294,
    IQ3_XXS: 3.2548,
    IQ3_XS: 3.4977,
    IQ3_S: 3.6606,
    IQ3_M: 3.7628,
    IQ4_XS: 4.4597,
    IQ4_NL: 4.6818,
    Q2_K_S: 2.9697,
    Q2_K: 3.1593,
    Q3_K_S: 3.6429,
    Q3_K_M: 3.996,
    Q3_K_L: 4.2979,
    Q4_K_S: 4.6672,
    Q4_K_M: 4.8944,
    Q5_K_S: 5.5704,
    Q5_K_M: 5.7036,
    Q6_K: 6.5633,
    Q4_0: 4.65,
    Q4_1: 5.12,
    Q5_0: 5.58,
    Q5_1: 6.05,
    Q8_0: 8.5008,
  }),
);

/** Longer names of the same recipe. */
const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({ Q3_K: 'Q3_K_M', Q4_K: 'Q4_K_M', Q5_K: 'Q5_K_M' }),
);

const FULL = new Set(['F16', 'BF16', 'F32', 'F64']);

export interface Level {
  /** A level of the published tables, null for another. */
  known: string | null;
  kind: LevelKind;
  bitsAt8b: number | null;
  /** Nothing was lost: the scale's zero. BF16 against F16 is 0.00003. */
  isFull: boolean;
  /** A publisher's own recipe: "dynamic", or an added size. */
  isVariant: boolean;
}

export function levelOf(label: string | null): Level {
  const name = (label ?? '').toUpperCase();
  const withoutPrefix = name.replace(/^UD-/, '');
  const base = longestKnown(withoutPrefix);
  return {
    known: base,
    kind: kindOf(withoutPrefix),
    bitsAt8b: base === null ? null : (bitsAt8b.get(base) ?? null),
    isFull: FULL.has(withoutPrefix),
    isVariant: base !== null && name !== base && aliases.get(name) !== base,
  };
}

export const publishedLevels: readonly string[] = [...bitsAt8b.keys()];

/** `Q6_K_L` is Q6_K with more for embeddings; `Q4_K_XL` goes on from the larger of its two recipes. */
function longestKnown(name: string): string | null {
  for (let end = name.length; end > 0; end = name.lastIndexOf('_', end - 1)) {
    const part = name.slice(0, end);
    const known = aliases.get(part) ?? part;
    if (bitsAt8b.has(known)) return known;
  }
  return null;
}

function kindOf(name: string): LevelKind {
  if (name.startsWith('IQ') || name.startsWith('TQ')) return 'iq';
  return /^(Q\d_\d|MXFP4|NVFP4)/.test(name) ? 'legacy' : 'k';
}
