export interface ContentRange {
  start: number;
  /** Of the last byte, as HTTP counts. */
  last: number;
  total: number;
}

/** `bytes 0-99/1234`, and nothing that only resembles it; null where a number is left open. */
export function parseContentRange(header: string | null): ContentRange | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header ?? '');
  if (!match) return null;
  const [start = 0, last = 0, total = 0] = match.slice(1).map(Number);
  return { start, last, total };
}
