/**
 * The order of choice as a ladder: rungs from the least to the best, made of the files and of what the person asks for, without a look
 * at free memory. The pick is the highest rung within reach of the machine. No rung loses more than the one below it, and more memory
 * only brings more rungs within reach: so it never gives a lower quality.
 *
 * From below:
 * 1. the smallest file with whatever context there is room for;
 * 2. files that lose much, however slow;
 * 3. where the climb begins: the file nearest to Q4_K_M, however slow. Where a GPU with more memory would make a good file fast it is the
 *    smallest good one instead, which is the fastest and the first to get there;
 * 4. good files that are fast enough, by classes of equal quality. Of each class first the smallest, which is the fastest, wherever its
 *    layers have to be; then those that the GPU holds as a whole;
 * 5. better than Q6_K: only once the context is as large as it is going to be (context.ts), and beside a GPU only as a whole.
 */
import type { Candidate } from './candidate.ts';
import { countedLoss, sizeLosses } from './loss.ts';

export interface Rung {
  candidate: Candidate;
  /** Of its caches, the least precise that will do. */
  pair: number;
  /** All layers have to be on the GPU. */
  isWhole: boolean;
  isFast: boolean;
  /** Any context will do. */
  isShort: boolean;
  /** In nats, with that cache. */
  loss: number;
}

export interface Ladder {
  rungs: readonly Rung[];
  /** Those better than Q6_K. */
  beyond: readonly Rung[];
  /** The file of the last of `rungs`; null without any, and where several models are compared. */
  base: Candidate | null;
}

/** For speed alone nobody is given a file that might, at worst, give clearly worse answers (quality/words.ts). */
const CLEARLY_WORSE = 0.12;
/** Q4_0, the least of the four-bit levels, loses 2.55 times as much as Q4_K_M (LLaMA 3 8B). */
const LEAST_OF_FOUR_BITS = 2.6;
/** In nats: the full file's loss, for a logarithm. */
const NOTHING = 1e-5;
/** Sums of losses in another order differ in their last digits. */
const ROUNDING = 1e-12;

/** Without a speed that was asked for, quality has a say in how much of it speed may cost. */
export function buildLadder(
  candidates: readonly Candidate[],
  { hasGpu, isSpeedAsked }: { hasGpu: boolean; isSpeedAsked: boolean },
): Ladder {
  const files = frontier(candidates);
  const [smallest] = files;
  if (!smallest) return { rungs: [], beyond: [], base: null };
  const isOneModel = new Set(candidates.map(({ modelKey }) => modelKey)).size === 1;
  const limit = isOneModel && !isSpeedAsked ? goodLimit(files) : Infinity;
  const good = files.filter(({ candidate }) => candidate.levelLoss <= limit);
  const poor = files.filter(({ candidate }) => candidate.levelLoss > limit);
  const climb = climbing(good, true);
  const all = improving([
    { ...rungOf(smallest, smallest.candidate.cacheLosses.length - 1, isSpeedAsked), isShort: true },
    ...climbing(poor, false),
    ...(isSpeedAsked ? [] : anywhere(beginning(good), false)),
    ...climb,
  ]);
  const first = climb[0]?.candidate;
  const isBeyond = ({ candidate, isFast }: Rung) =>
    isOneModel && isFast && candidate !== first && candidate.levelLoss < candidate.lossAtQ6;
  const rungs = all.filter((rung) => !isBeyond(rung));
  const beyond = all.filter((rung) => isBeyond(rung) && (rung.isWhole || !hasGpu));
  return { rungs, beyond, base: (isOneModel && rungs.at(-1)?.candidate) || null };
}

interface File {
  candidate: Candidate;
  /** In nats against a model without limits: by the model's size and by the level. */
  loss: number;
  /** The same with where the level's class of equal quality begins. */
  counted: number;
}

/** From the least to the best, without files that are not better than a smaller one: Q4_0 beside IQ4_XS, Q3_K_S beside IQ3_XXS. */
function frontier(candidates: readonly Candidate[]): File[] {
  const sizes = sizeLosses(candidates);
  const files = candidates.map((candidate): File => {
    const bySize = sizes.get(candidate.modelKey) ?? 0;
    const { levelLoss } = candidate;
    return { candidate, loss: bySize + levelLoss, counted: bySize + countedLoss(levelLoss) };
  });
  const sizeOf = ({ candidate }: File) => candidate.model.sizeBytes;
  let smallest = Infinity;
  return files
    .toSorted((a, b) => a.loss - b.loss || sizeOf(a) - sizeOf(b))
    .filter((file) => {
      const isSmaller = sizeOf(file) < smallest;
      smallest = Math.min(smallest, sizeOf(file));
      return isSmaller;
    })
    .reverse();
}

/** The loss up to which speed counts: of what is never clearly worse, and in any case of what is nearest to Q4_K_M. */
function goodLimit(files: readonly File[]): number {
  const safe = files.filter(({ candidate }) => candidate.highestLoss <= CLEARLY_WORSE);
  const nearest = nearestToQ4(files)?.candidate.levelLoss ?? 0;
  return Math.max(nearest, ...safe.map(({ candidate }) => candidate.levelLoss));
}

function beginning(good: readonly File[]): File | undefined {
  return good.some(({ candidate }) => candidate.canBeFast) ? good[0] : nearestToQ4(good);
}

/** Of those with four bits and more; without any, the best. */
function nearestToQ4(files: readonly File[]): File | undefined {
  const wide = files.filter(
    ({ candidate: { levelLoss, lossAtQ4 } }) => levelLoss <= LEAST_OF_FOUR_BITS * lossAtQ4,
  );
  const distance = ({ candidate: { levelLoss, lossAtQ4 } }: File) =>
    Math.abs(Math.log(Math.max(levelLoss, NOTHING) / lossAtQ4));
  const [nearest] = wide.toSorted((a, b) => distance(a) - distance(b));
  return nearest ?? files.at(-1);
}

/** Files from the least to the best, class by class. */
function climbing(files: readonly File[], isFast: boolean): Rung[] {
  const classes = [...Map.groupBy(files, ({ counted }) => counted).values()];
  return classes.flatMap((equals) => [
    ...anywhere(equals[0], isFast),
    ...equals.map((file) => ({ ...rungOf(file, 0, isFast), isWhole: true })),
  ]);
}

/** From its smallest cache to the most precise. */
function anywhere(file: File | undefined, isFast: boolean): Rung[] {
  if (!file) return [];
  return [...file.candidate.cacheLosses.keys()].reverse().map((pair) => rungOf(file, pair, isFast));
}

function rungOf({ candidate, loss }: File, pair: number, isFast: boolean): Rung {
  const cacheLoss = candidate.cacheLosses[pair] ?? 0;
  return { candidate, pair, isFast, isWhole: false, isShort: false, loss: loss + cacheLoss };
}

/** Without rungs that lose more than one below them. */
function improving(rungs: readonly Rung[]): Rung[] {
  let least = Infinity;
  return rungs.filter(({ loss }) => {
    const isNoWorse = loss <= least + ROUNDING;
    least = Math.min(least, loss);
    return isNoWorse;
  });
}
