/** How the benchmarks measure and print. They judge nothing: a shared machine varies by more than they look for. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/**
 * Runs both in turn, A B B A A B B A …, so that a machine which gets slower or faster meanwhile treats them alike.
 * The first pair warms up and is thrown away.
 */
export async function interleave<T>(
  pairs: number,
  a: (seed: number) => Promise<T>,
  b: (seed: number) => Promise<T>,
): Promise<{ a: T; b: T }[]> {
  const results: { a: T; b: T }[] = [];
  for (let seed = 0; seed <= pairs; seed++) {
    const aFirst = seed % 2 === 0 ? await a(seed) : null;
    const second = await b(seed);
    results.push({ a: aFirst ?? (await a(seed)), b: second });
  }
  return results.slice(1);
}

/** Prints rows of `[what, figure]` under a title. */
export function printFigures(
  title: string,
  rows: readonly (readonly [what: string, figure: string])[],
): void {
  const width = Math.max(...rows.map(([what]) => what.length)) + 3;
  const lines = rows.map(([what, figure]) => `  ${what.padEnd(width)}${figure}`);
  process.stdout.write(`${title}\n${lines.join('\n')}\n\n`);
}

/** The median of `values` with the lowest and the highest beside it. */
export function spread(values: readonly number[], digits: number, unit = ''): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${median(values).toFixed(digits)}${unit} (${low}–${high}, ${values.length} runs)`;
}
