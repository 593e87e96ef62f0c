import type { Model, Verdict } from '$contract/models.contract.ts';
import { formatBytes, formatSpeed } from '../../format/figures.ts';

const DAY_MS = 86_400_000;

export const verdictTones = { gpu: 'good', cpu: 'plain', partial: 'warn', no: 'bad' } as const;

const verdictNames: Record<Verdict['fits'], string> = {
  gpu: 'Fits the GPU',
  cpu: 'Fits in memory',
  partial: 'Fits in part',
  no: 'Does not fit',
};

export function verdictInWords({ fits }: Verdict): string {
  return verdictNames[fits];
}

/** Tokens a second: of its last answer, else expected; null where neither is known. */
export function speedHere(
  { measuredTokensPerSecond }: Model,
  verdict: Verdict | null | undefined,
): number | null {
  const expected = verdict?.fits === 'no' ? null : verdict?.tokensPerSecond;
  return measuredTokensPerSecond ?? expected ?? null;
}

/** `measured 31.4 tokens/s`, `about 52 tokens/s`; null where nothing is known. */
export function speedInWords(model: Model, verdict: Verdict | null | undefined): string | null {
  const speed = speedHere(model, verdict);
  if (speed === null) return null;
  return `${model.measuredTokensPerSecond === null ? 'about' : 'measured'} ${formatSpeed(speed)}`;
}

/** `used today`, `used 3 days ago`, `never used`. */
export function lastUseInWords(lastUsedAt: number | null, now: number): string {
  if (lastUsedAt === null) return 'never used';
  const days = Math.floor((new Date(now).setHours(23, 59, 59, 999) - lastUsedAt) / DAY_MS);
  if (days <= 0) return 'used today';
  if (days === 1) return 'used yesterday';
  if (days < 60) return `used ${days} days ago`;
  return `used in ${new Date(lastUsedAt).toLocaleDateString('en', { month: 'long', year: 'numeric' })}`;
}

/** What deleting gives back, said so that nobody is surprised by a full disk. */
export function freedInWords(sizeBytes: number, freedBytes: number): string {
  if (freedBytes === sizeBytes)
    return `Moves ${formatBytes(sizeBytes)} to the trash. The space is free once the trash is emptied.`;
  if (freedBytes === 0)
    return 'Frees no space: the same file has another name, which stays. Delete that one as well to free the space.';
  return `Frees ${formatBytes(freedBytes)} of ${formatBytes(sizeBytes)} once the trash is emptied: the rest has another name, which stays.`;
}
