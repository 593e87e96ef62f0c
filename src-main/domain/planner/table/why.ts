import { gib, grouped } from '../numbers.ts';
import { betterSentence, nextBetter } from './better.ts';
import { changeSentence } from './changes.ts';
import { expertsSentence } from './experts.ts';
import { isPlanned } from './pick.ts';
import { nameOf, paceInWords, rateOf, usedByOthers, type Chosen } from './telling.ts';
import type { PlannedRow } from './types.ts';

/** What was chosen, the next better one and what it would need, the next smaller and what it would free, what can be changed. */
export function whyPicked(chosen: Chosen): string {
  const { pick } = chosen;
  if (!pick) return whyNothing(chosen);
  const rows = chosen.rows.filter(isPlanned);
  const better = nextBetter(rows, pick);
  return [
    chosenSentence(pick, chosen),
    better && betterSentence(better, pick, chosen),
    smallerSentence(rows, pick),
    changeSentence(rows, better, pick, chosen),
    expertsSentence(pick.variant),
  ]
    .filter((sentence) => sentence !== null)
    .join(' ');
}

function chosenSentence(pick: PlannedRow, { machine, pace }: Chosen): string {
  const { variant, targetContext } = pick;
  const { fits, gpuLayers, totalLayers, contextSize, quality } = variant;
  const gpu = machine.gpu?.name ?? 'the GPU';
  const place = {
    gpu: `fits wholly on ${gpu}`,
    partial: `runs with ${gpuLayers} of ${totalLayers} layers on ${gpu}`,
    cpu: 'runs from main memory',
    no: 'does not fit',
  }[fits];
  const rate = variant.speed.decodeTokensPerSecond;
  const slow = rate !== null && rate < pace.leastTokensPerSecond ? ', which is slow' : '';
  const speed = rate === null ? '' : ` and about ${paceInWords(rate)}${slow}`;
  const short = contextSize < targetContext ? ` (${targetContext} do not fit)` : '';
  return `${nameOf(pick)} is the pick: it ${place} with a context of ${grouped(contextSize)} tokens${short}${speed}; against the original: ${quality.words}.`;
}

function smallerSentence(rows: readonly PlannedRow[], pick: PlannedRow): string | null {
  const smaller = rows
    .filter(({ variant }) => variant.fits !== 'no' && variant.sizeBytes < pick.variant.sizeBytes)
    .toSorted((a, b) => b.variant.sizeBytes - a.variant.sizeBytes)
    .find((row) => neededBytes(row) < neededBytes(pick) && !isBeaten(row, rows));
  if (!smaller) return null;
  const freedBytes = neededBytes(pick) - neededBytes(smaller);
  return `The next smaller, ${nameOf(smaller)}, would free ${gib(freedBytes)}${contextBought(pick, freedBytes)} (${smaller.variant.quality.words}).`;
}

/** Another file is no larger and loses less. */
function isBeaten(row: PlannedRow, rows: readonly PlannedRow[]): boolean {
  const { candidate, variant } = row;
  return rows.some(
    (other) =>
      other.variant.sizeBytes <= variant.sizeBytes &&
      other.candidate.modelKey === candidate.modelKey &&
      other.candidate.levelLoss < candidate.levelLoss,
  );
}

/** What the freed memory is worth in tokens, at what a token of the pick's context takes; nothing where it has all it was trained for. */
function contextBought({ variant, candidate }: PlannedRow, freedBytes: number): string {
  const { contextSize, memory } = variant;
  const cacheBytes = memory.devices.reduce((sum, { kvCacheBytes }) => sum + kvCacheBytes, 0);
  const left = candidate.model.summary.trainedContext - contextSize;
  const bought = Math.min(left, (freedBytes / Math.max(1, cacheBytes)) * contextSize);
  const rounded = Math.floor(bought / 256) * 256;
  return rounded > 0 ? `, room for about ${grouped(rounded)} more tokens of context` : '';
}

function neededBytes({ variant }: PlannedRow): number {
  return variant.memory.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
}

/** An honest refusal: how much is missing, and what would serve. */
function whyNothing({ rows, machine, wishes, pace }: Chosen): string {
  const planned = rows.filter(isPlanned);
  const [first] = rows;
  if (planned.length === 0) return first?.variant.reasons[0] ?? 'There is no model to plan.';
  const fitting = planned.filter(({ variant }) => variant.fits !== 'no');
  if (fitting.length > 0) {
    const fastest = fitting.reduce((a, b) => (rateOf(b) > rateOf(a) ? b : a));
    return `No level reaches ${pace.leastTokensPerSecond} tokens/s here; the fastest is ${nameOf(fastest)} with about ${paceInWords(rateOf(fastest))}. Ask for less, or choose a smaller model.`;
  }
  const nearest = planned.reduce((a, b) => (b.missingBytes < a.missingBytes ? b : a));
  const usage = usedByOthers(machine, 'all');
  const close =
    usage.bytes >= nearest.missingBytes
      ? `Close other programs, which use ${gib(usage.bytes)} of memory`
      : `Closing other programs would not be enough: they use ${gib(usage.bytes)} of memory. Add memory`;
  const context = wishes.contextSize === undefined ? '' : ', ask for less context';
  return `No level fits on this computer. The one that comes closest, ${nameOf(nearest)}, needs ${gib(nearest.missingBytes)} more. ${close}${context}, or choose a smaller model.`;
}
