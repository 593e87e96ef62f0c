import { grouped } from '../numbers.ts';
import type { TunedSettings } from './contender.ts';
import type { Trial } from './search.ts';

/** How settings were found: on layers of the model's shape, on those of another, or not by measuring. */
export type TuningBasis = 'model' | 'machine' | 'unknown';

export interface Tuning extends TunedSettings {
  basis: TuningBasis;
  trials: readonly Trial[];
}

/** Less is the noise of a short measurement. */
const WORTH_TELLING = 1.03;

/** Why so many threads, and why this batch: one sentence each. `settings` are those that were chosen in the end. */
export function tuningReasons(settings: TunedSettings, tuning: Tuning): string[] {
  const reasons = [threadsReason(settings, tuning)];
  const largest = gainOf(settings, tuning, ({ batchSize }) => batchSize > settings.batchSize);
  if (tuning.basis !== 'unknown' && largest !== null && largest <= WORTH_TELLING)
    reasons.push(
      `Prompts are read ${grouped(settings.batchSize)} tokens at a time: measured here, larger batches gain nothing.`,
    );
  return reasons;
}

/** The same about flash attention on the processor; null where nothing was measured or something else decided. */
export function flashAttentionReason(settings: TunedSettings, tuning: Tuning): string | null {
  if (tuning.basis === 'unknown' || settings.flashAttention !== tuning.flashAttention) return null;
  const same = tuning.trials.filter(({ threads }) => threads === tuning.threads);
  const off = same.find((trial) => !trial.flashAttention);
  // The last one: with it the other took turns.
  const on = same.findLast((trial) => trial.flashAttention && trial.batchSize === off?.batchSize);
  if (!on || !off) return null;
  if (settings.flashAttention)
    return 'Flash attention is on: measured here, an exchange is no slower with it, and it needs less memory.';
  const gain = off.tokensPerSecond / on.tokensPerSecond;
  const without = gain > WORTH_TELLING ? `answers ${times(gain)} as fast` : 'is faster';
  return `Flash attention is off: measured here, this processor ${without} without it.`;
}

function threadsReason({ threads }: TunedSettings, { basis, trials, ...tuned }: Tuning): string {
  const count = `${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  if (basis === 'unknown')
    return `${count}: one core is left to other programs; it has not been measured yet.`;
  if (threads !== tuned.threads) return `${count}: as many cores as other programs leave free.`;
  const where = basis === 'model' ? 'on layers of this shape' : 'with another model';
  const own = trials.find((trial) => trial.threads === threads);
  const others = trials.filter((trial) => trial.threads !== threads && trial.flashAttention);
  const next = others.toSorted((a, b) => b.tokensPerSecond - a.tokensPerSecond)[0];
  if (!own || !next) return `${count}: all the cores that are free; measured here ${where}.`;
  const gain = own.tokensPerSecond / next.tokensPerSecond;
  return gain > WORTH_TELLING
    ? `${count}: measured here ${where}, ${times(gain)} as fast as ${next.threads}.`
    : `${count}: measured here ${where}, ${next.threads} would be no faster.`;
}

/** Of prompts, by the best of other trials that `matches`; null without one. */
function gainOf(
  settings: TunedSettings,
  { trials }: Tuning,
  matches: (trial: Trial) => boolean,
): number | null {
  const rate = (list: readonly Trial[]) =>
    Math.max(...list.map(({ promptTokensPerSecond }) => promptTokensPerSecond ?? 0));
  const same = trials.filter(
    (trial) => trial.threads === settings.threads && trial.flashAttention === settings.flashAttention,
  );
  const own = same.filter(({ batchSize }) => batchSize === settings.batchSize);
  const others = same.filter(matches);
  return own.length === 0 || others.length === 0 ? null : rate(others) / rate(own);
}

function times(factor: number): string {
  return `${factor.toFixed(factor < 10 ? 1 : 0)} times`;
}
