import { levelOf, publishedLevels } from './levels.ts';
import { llama3 } from './published.ts';
import type { LevelKind } from './types.ts';

/** Loss without an importance matrix against with one, the median of the six K levels that have both (1.11 to 1.35). */
export const IMATRIX_GAIN = 1.2;
/** Where little is lost there is little to gain. */
const IMATRIX_GAIN_FROM_5_BITS = 1.05;
/** Above this a level counts as nearly full: llama.cpp's tables give no matrix for it. */
const FIVE_BITS = 5.4;

export interface CurvePoint {
  level: string;
  kind: LevelKind;
  bits: number;
  meanKld: number;
}

/** LLaMA 3 8B at every published level: measured where it was, else by the gain of a matrix from the other measurement. */
export const referenceCurves: Readonly<Record<'imatrix' | 'plain', readonly CurvePoint[]>> = {
  imatrix: curve(true),
  plain: curve(false),
};

export function imatrixGain(bits: number): number {
  return bits > FIVE_BITS ? IMATRIX_GAIN_FROM_5_BITS : IMATRIX_GAIN;
}

function curve(imatrix: boolean): CurvePoint[] {
  const points = publishedLevels.flatMap((level): CurvePoint[] => {
    const { kind, bitsAt8b } = levelOf(level);
    const rows = llama3.losses.filter((row) => row.level === level);
    const row = rows.find((candidate) => candidate.imatrix === imatrix) ?? rows[0];
    if (!row || bitsAt8b === null) return [];
    const gain = imatrixGain(bitsAt8b);
    const factor = row.imatrix === imatrix ? 1 : imatrix ? 1 / gain : gain;
    return [{ level, kind, bits: bitsAt8b, meanKld: row.meanKld * factor }];
  });
  return points.toSorted((a, b) => a.bits - b.bits);
}

/** Bits of an unquantized weight, where the curve ends in nothing. */
const FULL_BITS = 16;
/** Beyond the last level a bit takes away this much of the logarithm: Q6_K to Q8_0, the flattest part. */
const LEAST_SLOPE = 0.7;

/** Loss at any number of bits: straight lines between the levels of a kind in the logarithm, which falls by 0.7 to 3 a bit. */
export function lossAtBits(points: readonly CurvePoint[], kind: LevelKind, bits: number): number {
  if (bits >= FULL_BITS) return 0;
  const ofKind = points.filter((point) => point.kind === kind);
  const first = ofKind[0];
  const last = ofKind.at(-1);
  if (!first || !last) return 0;
  if (bits <= first.bits) return first.meanKld * Math.exp(LEAST_SLOPE * (first.bits - bits));
  if (bits >= last.bits) return last.meanKld * Math.exp(-LEAST_SLOPE * (bits - last.bits));
  const next = ofKind.findIndex((point) => point.bits >= bits);
  const upper = ofKind[next] ?? last;
  const lower = ofKind[next - 1] ?? first;
  const share = (bits - lower.bits) / (upper.bits - lower.bits);
  return Math.exp(Math.log(lower.meanKld) * (1 - share) + Math.log(upper.meanKld) * share);
}
