import { gib, grouped } from '../numbers.ts';
import { obstacleOf, type Obstacle } from './better.ts';
import { hasContext } from './pick.ts';
import { nameOf, paceInWords, rateOf, usedByOthers, type Chosen } from './telling.ts';
import type { PlannedRow } from './types.ts';

/** Contexts to propose, the larger first. */
const SMALLER_CONTEXTS = [16_384, 8192, 4096, 2048];

/** What the person could change for the next better one, and for more speed of the pick: only what would really do. */
export function changeSentence(
  rows: readonly PlannedRow[],
  better: PlannedRow | null,
  pick: PlannedRow,
  { machine, wishes, pace }: Chosen,
): string | null {
  const obstacle = better && obstacleOf(better, pick);
  const ways =
    better && obstacle && obstacle !== 'worth'
      ? [
          closing(better, obstacle, machine),
          smallerContext(better, pick),
          obstacle === 'speed' && !pace.isAsked ? 'accept slower answers' : null,
        ].filter((way) => way !== null)
      : [];
  const forBetter = ways.length > 0 ? `For the better one you can ${ways.join(', or ')}.` : null;
  const isCacheOpen = wishes.cacheTypeK === undefined && wishes.cacheTypeV === undefined;
  const sentences = [forBetter, wholeInstead(rows, pick, isCacheOpen)].filter((each) => each !== null);
  return sentences.length > 0 ? sentences.join(' ') : null;
}

function closing(better: PlannedRow, obstacle: Obstacle, machine: Chosen['machine']): string | null {
  const isGpuShort = obstacle === 'speed' || obstacle === 'gpu';
  const wanted = isGpuShort ? better.missingGpuBytes : better.missingBytes;
  const usage = usedByOthers(machine, isGpuShort ? 'gpu' : 'all');
  if (!wanted || usage.bytes < wanted) return null;
  return `close other programs, which use ${gib(usage.bytes)} of ${usage.name}`;
}

/** The largest context below the pick's with which the better one would fit as the pick does. */
function smallerContext({ candidate: { settler } }: PlannedRow, pick: PlannedRow): string | null {
  const { contextSize, fits } = pick.variant;
  const isEnough = (size: number) => {
    const settled = fits === 'gpu' ? settler.whole(size) : settler.settle(size);
    return settled !== null && settled.settings.contextSize === size && settler.isFast(settled);
  };
  const size = SMALLER_CONTEXTS.find((smaller) => smaller < contextSize && isEnough(smaller));
  return size === undefined ? null : `take a context of ${grouped(size)} tokens`;
}

/**
 * What would have all its layers on the GPU where the pick has not: the pick itself with a quantized cache, which many will find worth its
 * loss, or the best smaller file.
 */
function wholeInstead(rows: readonly PlannedRow[], pick: PlannedRow, isCacheOpen: boolean): string | null {
  const { variant, candidate, targetContext, pair } = pick;
  if (variant.fits !== 'partial') return null;
  const quantized = isCacheOpen ? [...candidate.freedom.cachePairs.entries()].slice(pair + 1) : [];
  for (const [next, { cacheTypeK }] of quantized) {
    const rate = candidate.settler.whole(targetContext, next)?.speed.decodeTokensPerSecond;
    if (rate)
      return `With a cache of ${cacheTypeK} all its layers would be on the GPU, at about ${paceInWords(rate)}.`;
  }
  const [best] = rows
    .filter((row) => row.variant.fits === 'gpu' && hasContext(row))
    .toSorted((a, b) => a.candidate.levelLoss - b.candidate.levelLoss);
  if (!best) return null;
  return `${nameOf(best)} would have all layers on the GPU, at about ${paceInWords(rateOf(best))} (${best.variant.quality.words}).`;
}
