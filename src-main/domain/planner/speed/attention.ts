import { cacheValueCost } from './backends.ts';
import { quantity } from './numbers.ts';
import type { AttentionPoint, CacheRead, SpeedModelInput } from './types.ts';

/** `depths` and the seconds at each, both growing. */
interface Curve {
  headSize: number;
  depths: number[];
  seconds: number[];
}

/**
 * Seconds that looking back takes for one token, from points measured here; null where none apply. A straight line from point to point: close
 * to the beginning the cache of a layer still lies in a cache of the processor, later it does not. Never less for a deeper context.
 */
export function attentionSeconds(
  points: readonly AttentionPoint[] | undefined,
  { queries, window }: CacheRead,
  depth: number,
  { flashAttention, cacheTypeK, cacheTypeV }: SpeedModelInput,
): number | null {
  if (!queries) return null;
  const curves = curvesOf((points ?? []).filter((point) => point.flashAttention === flashAttention));
  const positions = Math.min(quantity(depth), window === null ? Infinity : quantity(window));
  const perHead = ofHeadSize(curves, quantity(queries.headSize), positions);
  if (perHead === null) return null;
  const typeCost = (cacheValueCost(cacheTypeK) + cacheValueCost(cacheTypeV)) / 2;
  return quantity(perHead * quantity(queries.heads) * typeCost);
}

function curvesOf(points: readonly AttentionPoint[]): Curve[] {
  const usable = points.filter(({ depth, seconds, headSize }) => depth >= 1 && seconds > 0 && headSize >= 1);
  return [...Map.groupBy(usable, ({ headSize }) => headSize)]
    .map(([headSize, own]) => {
      const sorted = own.toSorted((a, b) => a.depth - b.depth);
      let longest = 0;
      const seconds = sorted.map((point) => (longest = Math.max(longest, point.seconds)));
      return { headSize, depths: sorted.map(({ depth }) => depth), seconds };
    })
    .toSorted((a, b) => a.headSize - b.headSize);
}

/** Between two measured sizes a line, below the smallest as long as it, above the largest in proportion. */
function ofHeadSize(curves: readonly Curve[], headSize: number, positions: number): number | null {
  const above = curves.findIndex((curve) => curve.headSize >= headSize);
  const larger = curves[above];
  const smaller = above < 0 ? curves.at(-1) : curves[above - 1];
  if (!smaller) return larger ? at(larger, positions) : null;
  if (!larger) return (at(smaller, positions) * headSize) / smaller.headSize;
  const share = (headSize - smaller.headSize) / (larger.headSize - smaller.headSize);
  return at(smaller, positions) * (1 - share) + at(larger, positions) * share;
}

function at({ depths, seconds }: Curve, positions: number): number {
  let [fromDepth, fromSeconds] = [0, 0];
  let slope = 0;
  for (const [index, depth] of depths.entries()) {
    const own = seconds[index] ?? 0;
    if (depth > fromDepth) slope = (own - fromSeconds) / (depth - fromDepth);
    if (positions <= depth) break;
    [fromDepth, fromSeconds] = [depth, own];
  }
  // Beyond the last point the average of everything so far, if that is more than the last slope.
  const isBeyond = positions > (depths.at(-1) ?? 0);
  const beyond = isBeyond ? Math.max(slope, fromSeconds / Math.max(1, fromDepth)) : slope;
  return fromSeconds + (positions - fromDepth) * beyond;
}
