import type { Download, DownloadState } from '$contract/downloads.contract.ts';
import type { Problem } from '$contract/problem.ts';
import { formatByteRate, formatPercent, formatReceived, formatTimeLeft } from '../../format/figures.ts';
import { plainName } from '../../format/visible-text.ts';

/** Its name without what the level, shown beside it, says again: `Llama-3.2-1B-Instruct`. */
export function titleOf({ name, level }: Pick<Download, 'name' | 'level'>): string {
  const whole = plainName(name);
  const bare = whole.replace(/\.gguf$/i, '');
  if (level === null || !bare.toLowerCase().endsWith(level.toLowerCase())) return bare || whole;
  return bare.slice(0, -level.length).replace(/[-._ ]+$/, '') || bare;
}

/** How much of it is here, between 0 and 1; null while the size is not known. */
export function shareOf({ totalBytes, receivedBytes }: Download): number | null {
  return totalBytes === null || totalBytes === 0 ? null : Math.min(1, receivedBytes / totalBytes);
}

/** `480 MiB of 770 MiB`; only what is known of it, or nothing. */
export function amountInWords({ totalBytes, receivedBytes }: Download): string {
  if (receivedBytes === 0) return totalBytes === null ? '' : formatReceived(totalBytes);
  const received = formatReceived(receivedBytes);
  return totalBytes === null ? received : `${received} of ${formatReceived(totalBytes)}`;
}

/** What is being done, beside the bar. A wait is told by whoever counts it down. */
export function activityInWords({ state, bytesPerSecond, secondsLeft, position }: Download): string {
  switch (state) {
    case 'queued':
      return position === 1 ? 'Next in the queue' : `Place ${position ?? '?'} in the queue`;
    case 'checking':
      return 'Asking the server';
    case 'downloading': {
      const speed = bytesPerSecond === null ? 'Starting' : formatByteRate(bytesPerSecond);
      return secondsLeft === null ? speed : `${speed} · ${formatTimeLeft(secondsLeft)} left`;
    }
    case 'paused':
      return 'Paused';
    case 'waiting':
      return 'Waiting';
    case 'verifying':
      return 'Comparing the checksum';
    case 'done':
      return 'Downloaded';
    case 'failed':
      return 'Failed';
    case 'cancelled':
      return 'Cancelled';
    default:
      return state satisfies never;
  }
}

/** The one figure that a narrow line has room for. */
export function briefFigure(download: Download): string {
  const { state, secondsLeft } = download;
  const share = shareOf(download);
  if (state === 'downloading') {
    if (secondsLeft !== null) return formatTimeLeft(secondsLeft);
    return share === null ? formatReceived(download.receivedBytes) : formatPercent(share);
  }
  return briefStates[state];
}

const briefStates: Record<Exclude<DownloadState, 'downloading'>, string> = {
  queued: 'queued',
  checking: 'asking',
  paused: 'paused',
  waiting: 'waiting',
  verifying: 'checking',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** All that run, in the few letters of a status bar. */
export function runningInBrief(running: readonly Download[]): string {
  const [first] = running;
  return first && running.length === 1 ? `Download: ${briefFigure(first)}` : `${running.length} downloads`;
}

/** The progress bar, read aloud. */
export function progressInWords(download: Download): string {
  return [amountInWords(download), activityInWords(download)].filter((part) => part !== '').join(', ');
}

/** The Hub is what most sources are; anything else names its host. */
export function originInWords({ repository, source }: Download): string {
  if (repository !== null) return plainName(repository);
  return URL.canParse(source) && !source.startsWith('hf:') ? new URL(source).host : plainName(source);
}

const mendedInSettings: ReadonlySet<string> = new Set([
  'download.noSpace',
  'download.folder',
  'download.diskDamaged',
  'hub.badEndpoint',
  'hub.badToken',
  'hub.gated',
]);

/** Whether the settings hold what the problem asks for: another folder, a token, another mirror. */
export function isMendedInSettings({ code }: Problem): boolean {
  return mendedInSettings.has(code);
}

/** `Nov 25, 2026, 2:05 PM` */
export function finishedInWords(time: number): string {
  return new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
}
