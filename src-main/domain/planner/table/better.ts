import { gib, grouped } from '../numbers.ts';
import { countedLoss, sizeLosses } from './loss.ts';
import { hasContext } from './pick.ts';
import { nameOf, paceInWords, rateOf, type Chosen } from './telling.ts';
import type { PlannedRow } from './types.ts';

/** Of the files that lose less, the one that loses most. */
export function nextBetter(rows: readonly PlannedRow[], pick: PlannedRow): PlannedRow | null {
  const sizes = sizeLosses(rows.map(({ candidate }) => candidate));
  const lossOf = ({ candidate }: PlannedRow) => (sizes.get(candidate.modelKey) ?? 0) + candidate.levelLoss;
  return rows
    .filter((row) => lossOf(row) < lossOf(pick))
    .reduce<PlannedRow | null>(
      (nearest, row) => (!nearest || lossOf(row) > lossOf(nearest) ? row : nearest),
      null,
    );
}

/** What keeps a better file from being the pick. */
export type Obstacle = 'memory' | 'context' | 'speed' | 'cache' | 'gpu' | 'worth';

/** In the order in which they count; `worth`: it would do, but gains too little for what it takes. */
export function obstacleOf(better: PlannedRow, pick: PlannedRow): Obstacle {
  const { fits } = better.variant;
  if (fits === 'no') return 'memory';
  if (!hasContext(better)) return 'context';
  if (!better.isFast) return 'speed';
  if (lossWithCache(better) >= lossWithCache(pick)) return 'cache';
  return pick.variant.fits === 'gpu' && fits !== 'gpu' ? 'gpu' : 'worth';
}

/** Why the next better one was not taken. */
export function betterSentence(better: PlannedRow, pick: PlannedRow, chosen: Chosen): string {
  return `The next better one, ${nameOf(better)}, ${refusal(better, pick, chosen)}.`;
}

function refusal(better: PlannedRow, pick: PlannedRow, { machine, pace, context }: Chosen): string {
  const { variant, targetContext, missingGpuBytes } = better;
  const needs = `it needs ${gib(better.missingBytes)} more`;
  const needsOnGpu =
    missingGpuBytes && machine.gpu
      ? `: it needs ${gib(missingGpuBytes)} more on ${machine.gpu.name} to be there as a whole`
      : '';
  const would = `would give ${paceInWords(rateOf(better))}`;
  const instead = `${price(better, pick)} for ${gain(better, pick)}`;
  const obstacle = obstacleOf(better, pick);
  switch (obstacle) {
    case 'memory':
      return `does not fit: ${needs}`;
    case 'context':
      return `would hold only ${grouped(variant.contextSize)} tokens: for ${grouped(targetContext)} ${needs}`;
    case 'speed':
      return `${would}, less than ${pace.leastTokensPerSecond}${needsOnGpu}`;
    case 'cache':
      return `fits only with a cache of ${variant.cacheTypeK}, which loses more than the level gains: ${needs}`;
    case 'gpu':
      return `${instead}${needsOnGpu}`;
    case 'worth':
      return isPastQ6(better) && !context.isLargest
        ? `fits too, but past Q6_K memory is better spent on a larger context first`
        : instead;
  }
  return obstacle satisfies never;
}

/** In speed; where that is no less, in memory. */
function price(better: PlannedRow, pick: PlannedRow): string {
  const [would, now] = [paceInWords(rateOf(better)), paceInWords(rateOf(pick))];
  if (rateOf(better) < rateOf(pick) && would !== now) return `would give ${would} instead of ${now}`;
  return `would take ${gib(better.variant.sizeBytes - pick.variant.sizeBytes)} more`;
}

function isPastQ6({ candidate }: PlannedRow): boolean {
  return candidate.levelLoss < candidate.lossAtQ6;
}

function lossWithCache({ candidate, pair }: PlannedRow): number {
  return candidate.levelLoss + (candidate.cacheLosses[pair] ?? 0);
}

function gain(better: PlannedRow, pick: PlannedRow): string {
  return countedLoss(better.candidate.levelLoss) === countedLoss(pick.candidate.levelLoss)
    ? 'a gain that hardly shows'
    : 'a small gain';
}
