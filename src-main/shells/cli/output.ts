import { once } from 'node:events';
import { terminalJson, terminalLine, terminalText } from './terminal-text.ts';

/** Writes all of `text` before it resolves: a pipe would lose what is still waiting when the process exits. */
export async function print(text: string): Promise<void> {
  await write(terminalText(text));
}

export async function printJson(value: unknown): Promise<void> {
  await write(`${terminalJson(JSON.stringify(value, null, 2))}\n`);
}

/** Part of an answer, while it is being written. */
export function printNow(text: string): void {
  process.stdout.write(terminalText(text));
}

export function complain(text: string): void {
  process.stderr.write(`${terminalText(text)}\n`);
}

/** Replaces the line that the cursor is in. */
export function showProgress(line: string): void {
  process.stderr.write(`\r${terminalLine(line)}\u001b[K`);
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Binary units, as memory is made of them: `636.0 MiB`, `7.9 GiB`. */
export function formatBytes(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** `label` and `value` in two columns. */
export function formatRows(rows: readonly (readonly [label: string, value: string])[]): string {
  const lines = rows.map((row) => row.map(terminalLine));
  const width = Math.max(...lines.map(([label = '']) => label.length));
  return lines.map(([label = '', value = '']) => `${label.padEnd(width)}  ${value}\n`).join('');
}

/** Cells in columns two spaces apart; those of `right` hold figures. */
export function formatTable(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string {
  const lines = rows.map((row) => row.map(terminalLine));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((row) => row[column]?.length ?? 0)),
  );
  return lines
    .map((row) => {
      const padded = row.map((cell, column) =>
        right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      );
      return `${padded.join('  ').trimEnd()}\n`;
    })
    .join('');
}
