import type { RequestRecord } from '$contract/downloads.contract.ts';
import { plainName } from '../../format/visible-text.ts';

/** `14:05:12`: requests are of this run of Nibble, so mostly of today. */
export function timeInWords(time: number): string {
  return new Date(time).toLocaleTimeString('en-GB');
}

export function statusInWords({ status, tookMs }: Pick<RequestRecord, 'status' | 'tookMs'>): string {
  if (tookMs === null) return 'under way';
  return status === null ? 'no answer' : String(status);
}

export function hasFailed({ status, tookMs }: Pick<RequestRecord, 'status' | 'tookMs'>): boolean {
  return tookMs !== null && (status === null || status >= 400);
}

/** One request a line, as a table that spreadsheets and people can read. */
export function requestsAsText(requests: readonly RequestRecord[]): string {
  const lines = requests.map((request) => [
    new Date(request.startedAt).toISOString(),
    plainName(request.host),
    plainName(request.path),
    statusInWords(request),
    request.receivedBytes,
    request.tookMs === null ? '' : Math.round(request.tookMs),
  ]);
  const head = ['started', 'host', 'path', 'status', 'received bytes', 'took ms'];
  return [head, ...lines].map((line) => line.join('\t')).join('\n');
}
