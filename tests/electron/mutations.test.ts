import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { mutations } from './mutations.ts';
import { protections } from './protections.ts';

let failures: string[][];
beforeAll(() => {
  const dataDir = mkdtempSync(join(tmpdir(), 'nibble-mutants-'));
  const child = join(import.meta.dirname, 'mutant-child.ts');
  try {
    const printed = execFileSync(process.execPath, [child, dataDir], { encoding: 'utf8' });
    failures = z.array(z.array(z.string())).parse(JSON.parse(printed));
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

it.each(mutations.map((mutation, index) => ({ ...mutation, index })))(
  'misses "$protection" without $find in $file',
  ({ protection, index }) => {
    expect(failures[index]).toContain(protection);
  },
);

it('has a mutation for every protection', () => {
  const covered = new Set(mutations.map(({ protection }) => protection));
  // Giving the port to the own page is what the app is for.
  expect(Object.keys(protections).filter((name) => !covered.has(name))).toEqual(['the own page gets a port']);
});
