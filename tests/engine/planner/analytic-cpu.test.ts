import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realModels } from '../../helpers/real-models.ts';
import {
  candidatesOf,
  errorTable,
  median,
  relativeErrors,
  sweep,
  sweptModels,
  thinned,
  violations,
  type Case,
} from './sweep.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-sweep-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the analytic model against llama.cpp in main memory', () => {
  const cases: Case[] = [];

  test.each(sweptModels(realModels).map((model) => [model.name, model] as const))('%s', async (_, model) => {
    const candidates = candidatesOf([512, 4096, 32_768, 131_072], [0]);
    const own = await sweep(folder, model, 'Q4_K', thinned(candidates));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ weightsErrorBytes }) => weightsErrorBytes !== 0)).toEqual([]);
    expect(violations(own)).toEqual([]);
    cases.push(...own);
  });

  test('is within 3 %, and hardly ever below', () => {
    console.log(errorTable('main memory', cases));
    const errors = relativeErrors(cases);
    expect(median(errors)).toBeLessThanOrEqual(0.01);
    expect(Math.max(...errors)).toBeLessThanOrEqual(0.03);
    const lowest = Math.min(...cases.map(({ errorBytes, simulatedBytes }) => errorBytes / simulatedBytes));
    // Now and then the allocator cannot reuse the place of a mask: 4 cases of 615, all of which may be among the few of every day.
    expect(lowest).toBeGreaterThanOrEqual(-0.02);
    const below = cases.filter(({ errorBytes }) => errorBytes < -(2 ** 20));
    expect(below.length).toBeLessThanOrEqual(Math.max(4, 0.01 * cases.length));
  });
});
