/** Beyond any device, so that sums stay finite. */
const MOST = 1e18;

/** A quantity that can be computed with: what is no number or negative counts as nothing. */
export function quantity(value: number): number {
  return Number.isNaN(value) || value < 0 ? 0 : Math.min(value, MOST);
}

/** A rate to divide by; an unknown one counts as the slowest that makes sense. */
export function rate(value: number, slowest: number): number {
  return Math.max(slowest, quantity(value));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper;
}
