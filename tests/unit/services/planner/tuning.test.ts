import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { usualStandIn } from '../../../../src-main/domain/planner/tuning/stand-in.ts';
import { silentLogger as log } from '../../../../src-main/services/logging/logger.ts';
import { SettingsTuner, unmeasuredThreads } from '../../../../src-main/services/planner/tuning.ts';
import { FakeBenchmark, usualTiming } from '../../../helpers/fake-benchmark.ts';

let cacheDir: string;
let probe: FakeBenchmark;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'nibble-tuning-'));
  probe = new FakeBenchmark();
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

const MACHINE = 'a machine';
const cpu = { physicalCores: 2, logicalCores: 4 };
const shape = { ...usualStandIn, width: 1024 };
const start = () => new SettingsTuner({ useProbe: probe.useProbe, cacheDir, log, budgetMs: 3_000 });
const quiet = { busyCores: 0, isSteady: () => Promise.resolve(true) };

test.each([
  [1, 1, 1],
  [2, 2, 1],
  [6, 12, 5],
  [null, 8, 3],
])('%s cores of %i leave one to others: %i', (physicalCores, logicalCores, threads) => {
  expect(unmeasuredThreads({ physicalCores, logicalCores })).toBe(threads);
});

describe('settings that suit a model', () => {
  test('are tried once, and known to the next Nibble', async () => {
    const tuner = start();
    expect(await tuner.known(MACHINE, cpu, shape, 0)).toMatchObject({ threads: 1, basis: 'unknown' });
    expect(await tuner.isWanted(MACHINE, shape, 0)).toBe(true);
    await tuner.measure(MACHINE, cpu, shape, quiet);
    const expected = { threads: 2, batchSize: 64, flashAttention: true, basis: 'model' };
    for (const known of [tuner, start()]) {
      expect(await known.known(MACHINE, cpu, shape, 0)).toMatchObject(expected);
      expect(await known.isWanted(MACHINE, shape, 0)).toBe(false);
    }
    expect(await start().isWanted('another machine', shape, 0)).toBe(true);
    expect(await readdir(cacheDir)).toEqual(['tuning.json']);
  });

  test('are those of layers of the usual shape for a model that has not been tried', async () => {
    const tuner = start();
    await tuner.measure(MACHINE, cpu, usualStandIn, quiet);
    expect(await tuner.known(MACHINE, cpu, shape, 0)).toMatchObject({ threads: 2, basis: 'machine' });
    expect(await tuner.known(MACHINE, cpu, null, 0)).toMatchObject({ threads: 2, basis: 'machine' });
  });

  test('leave busy cores alone, and are tried again beside them', async () => {
    const tuner = start();
    await tuner.measure(MACHINE, cpu, shape, quiet);
    expect(await tuner.known(MACHINE, cpu, shape, 1)).toMatchObject({ threads: 1, basis: 'machine' });
    expect(await tuner.isWanted(MACHINE, shape, 1)).toBe(true);
    probe.tasks.length = 0;
    await tuner.measure(MACHINE, cpu, shape, { ...quiet, busyCores: 1 });
    expect(new Set(probe.tasks.map(({ threads }) => threads))).toEqual(new Set([1]));
    expect(await tuner.known(MACHINE, cpu, shape, 1)).toMatchObject({ threads: 1, basis: 'model' });
    expect(await tuner.known(MACHINE, cpu, shape, 0)).toMatchObject({ threads: 2, basis: 'model' });
  });

  test('that were found while other programs came or went are tried again at the next start', async () => {
    const tuner = start();
    const unsteady = { ...quiet, isSteady: () => Promise.resolve(false) };
    await tuner.measure(MACHINE, cpu, shape, unsteady);
    expect(await tuner.known(MACHINE, cpu, shape, 0)).toMatchObject({ threads: 2, basis: 'model' });
    expect(await tuner.isWanted(MACHINE, shape, 0)).toBe(false);
    expect(await start().isWanted(MACHINE, shape, 0)).toBe(true);
    await tuner.measure(MACHINE, cpu, usualStandIn, quiet);
    expect(await start().isWanted(MACHINE, shape, 0)).toBe(true);
    expect(await start().isWanted(MACHINE, usualStandIn, 0)).toBe(false);
  });

  test('a probe that dies costs what it had not told, and is not asked again before the next start', async () => {
    const tuner = start();
    probe.time = () => {
      throw new Error('gone');
    };
    await tuner.measure(MACHINE, cpu, shape, quiet);
    expect(await tuner.known(MACHINE, cpu, shape, 0)).toMatchObject({ threads: 1, basis: 'unknown' });
    expect(await tuner.isWanted(MACHINE, shape, 0)).toBe(false);
    expect(await start().isWanted(MACHINE, shape, 0)).toBe(true);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  test('what was found before the probe died stays', async () => {
    const tuner = start();
    probe.time = (task) => {
      if (!task.flashAttention) throw new Error('gone');
      return usualTiming(task);
    };
    await tuner.measure(MACHINE, cpu, shape, quiet);
    expect(await tuner.known(MACHINE, cpu, shape, 0)).toMatchObject({ threads: 2, basis: 'model' });
  });

  test('an answer that is asked for meanwhile ends it, and nothing is remembered of that', async () => {
    const tuner = start();
    const stop = new AbortController();
    probe.time = () => {
      stop.abort();
      throw new Error('killed');
    };
    const measuring = tuner.measure(MACHINE, cpu, shape, { ...quiet, signal: stop.signal });
    await expect(measuring).rejects.toThrow('aborted');
    expect(await tuner.isWanted(MACHINE, shape, 0)).toBe(true);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  test.each(['', '{', '{"machine":"a machine","tuned":[{}]}'])('survive a damaged file: %s', async (text) => {
    await writeFile(join(cacheDir, 'tuning.json'), text);
    const tuner = start();
    expect(await tuner.known(MACHINE, cpu, shape, 0)).toMatchObject({ basis: 'unknown' });
    await tuner.measure(MACHINE, cpu, shape, quiet);
    const record: unknown = JSON.parse(await readFile(join(cacheDir, 'tuning.json'), 'utf8'));
    expect(record).toMatchObject({ machine: MACHINE, tuned: [{ settings: { threads: 2 } }] });
  });

  test('of 64 models are kept', async () => {
    const tuner = start();
    for (let width = 1; width <= 66; width++)
      await tuner.measure(MACHINE, cpu, { ...shape, width: 256 * width }, quiet);
    expect(await tuner.isWanted(MACHINE, { ...shape, width: 256 }, 0)).toBe(true);
    expect(await tuner.isWanted(MACHINE, { ...shape, width: 256 * 66 }, 0)).toBe(false);
  });
});
