import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SpeedObservation } from '../../../../src-main/domain/planner/speed/refine.ts';
import { silentLogger as log } from '../../../../src-main/services/logging/logger.ts';
import { LearnedSpeeds } from '../../../../src-main/services/planner/learned-speeds.ts';

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'nibble-answers-'));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

const start = () => new LearnedSpeeds({ cacheDir, log });
const answer = (tokensPerSecond: number): SpeedObservation => ({
  input: { shares: [], flashAttention: true, cacheTypeK: 'f16', cacheTypeV: 'f16', crossings: 0 },
  depth: 100,
  tokensPerSecond,
  prompt: { tokens: 64, depth: 0, batchSize: 512, tokensPerSecond: 500 },
});
const rates = (answers: readonly SpeedObservation[]) => answers.map(({ tokensPerSecond }) => tokensPerSecond);

test('the last 48 answers of this machine are known to the next Nibble', async () => {
  const speeds = start();
  await Promise.all(Array.from({ length: 60 }, (_, index) => speeds.add('here', answer(index + 1))));
  const expected = Array.from({ length: 48 }, (_, index) => index + 13);
  expect(rates(await speeds.of('here'))).toEqual(expected);
  expect(rates(await start().of('here'))).toEqual(expected);
  expect(await start().of('elsewhere')).toEqual([]);
});

test('what is no speed is not taken', async () => {
  const speeds = start();
  for (const wrong of [0, -1, Number.NaN, Infinity]) await speeds.add('here', answer(wrong));
  expect(await speeds.of('here')).toEqual([]);
});

test('another machine begins anew', async () => {
  const speeds = start();
  await speeds.add('here', answer(1));
  await speeds.add('elsewhere', answer(2));
  expect(rates(await start().of('elsewhere'))).toEqual([2]);
});

test('a damaged file counts as not there, and a folder that cannot be written costs nothing but the memory', async () => {
  await writeFile(join(cacheDir, 'answers.json'), '[');
  const speeds = start();
  await speeds.add('here', answer(3));
  expect(rates(await start().of('here'))).toEqual([3]);
  await rm(join(cacheDir, 'answers.json'));
  await mkdir(join(cacheDir, 'answers.json', 'occupied'), { recursive: true });
  await speeds.add('here', answer(4));
  expect(rates(await speeds.of('here'))).toEqual([3, 4]);
});
