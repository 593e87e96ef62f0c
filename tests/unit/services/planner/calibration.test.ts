import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { calibrationSteps } from '../../../../src-main/domain/planner/benchmark/calibration.ts';
import { silentLogger as log } from '../../../../src-main/services/logging/logger.ts';
import { Calibration } from '../../../../src-main/services/planner/calibration.ts';
import { FakeBenchmark, usualTiming } from '../../../helpers/fake-benchmark.ts';

let cacheDir: string;
let probe: FakeBenchmark;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'nibble-calibration-'));
  probe = new FakeBenchmark();
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

const MACHINE = 'a machine';
const gpu = { key: 'cuda|card', onGpu: true };
const processor = { key: 'cpu|haswell', onGpu: false };
const start = () => new Calibration({ useProbe: probe.useProbe, cacheDir, log, budgetMs: 10_000 });
const alone = { threads: 2, isRoomy: false, isQuiet: () => Promise.resolve(true) };

test('each device is measured with its own steps, once, within ten seconds together', async () => {
  const calibration = start();
  expect(await calibration.isWanted(MACHINE, [gpu, processor], true)).toBe(true);
  await calibration.measure(MACHINE, [gpu, processor], alone);
  const steps = (['gpu', 'cpu'] as const).map((kind) => calibrationSteps(kind).length);
  const asked = [true, false].map((onGpu) => probe.tasks.filter((task) => task.onGpu === onGpu).length);
  expect(asked).toEqual(steps);
  expect(probe.limitsMs[0]).toBeLessThanOrEqual(6_000);
  expect(probe.limitsMs[1]).toBeLessThanOrEqual(10_000);
  for (const known of [calibration, start()]) {
    expect(await known.isWanted(MACHINE, [gpu, processor], true)).toBe(false);
    const benchmarks = await known.known(MACHINE);
    expect([...benchmarks.keys()]).toEqual([gpu.key, processor.key]);
    const formats = benchmarks.get(processor.key)?.reads.map(({ read }) => read.format);
    expect(formats).toEqual(
      expect.arrayContaining(['q4k', 'q8', 'q6k', 'f16', 'legacy', 'q2k', 'q5k', 'q3k']),
    );
  }
  expect(await start().known('another machine')).toEqual(new Map());
  expect(await readdir(cacheDir)).toEqual(['calibration.json']);
  const { mode } = await stat(join(cacheDir, 'calibration.json'));
  expect(mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
});

test('with room for all models of a processor, they are timed in turn, and the middle of each counts', async () => {
  const [first] = calibrationSteps('cpu');
  const times = new Map<string, number>();
  probe.time = (task) => {
    const time = (times.get(task.modelPath) ?? 0) + 1;
    times.set(task.modelPath, time);
    const seconds = time % 2 === 0 ? 0.01 : time === 1 ? 0.5 : 0.02;
    return { ...usualTiming(task), tokenSeconds: task.depths.map((depth) => seconds + depth * 1e-6) };
  };
  const calibration = start();
  await calibration.measure(MACHINE, [gpu, processor], { ...alone, isRoomy: true });
  const onProcessor = probe.tasks.filter(({ onGpu }) => !onGpu);
  expect(onProcessor.every(({ keepsOthers }) => keepsOthers)).toBe(true);
  expect(probe.tasks.filter(({ onGpu, keepsOthers }) => onGpu && keepsOthers)).toEqual([]);
  const ofFirst = onProcessor.filter(({ modelPath }) => modelPath === onProcessor[0]?.modelPath);
  expect(ofFirst.length).toBeGreaterThan(4);
  // Not by a model that was opened a moment before.
  expect(ofFirst.map(({ promptTokens }) => promptTokens)).toEqual(
    ofFirst.map((_, round) => (round === 1 ? first?.promptTokens : 0)),
  );
  const [read] = (await calibration.known(MACHINE)).get(processor.key)?.reads ?? [];
  expect(read?.seconds).toBeLessThanOrEqual(0.02);
});

test('what was measured beside other programs serves, and is measured again once they are quiet', async () => {
  const calibration = start();
  await calibration.measure(MACHINE, [processor], { ...alone, isQuiet: () => Promise.resolve(false) });
  expect((await calibration.known(MACHINE)).size).toBe(1);
  expect(await calibration.isWanted(MACHINE, [processor], false)).toBe(false);
  expect(await calibration.isWanted(MACHINE, [processor], true)).toBe(true);
  await calibration.measure(MACHINE, [processor], alone);
  expect(await calibration.isWanted(MACHINE, [processor], true)).toBe(false);
});

test('what a probe told before it died is kept; one that told nothing is left alone until the next start', async () => {
  probe.time = (task) => {
    if (probe.tasks.length > 3) throw new Error('gone');
    return usualTiming(task);
  };
  const calibration = start();
  await calibration.measure(MACHINE, [gpu], alone);
  expect((await calibration.known(MACHINE)).get(gpu.key)).toMatchObject({ reads: [{}], launches: [{}, {}] });
  probe.time = () => {
    throw new Error('gone');
  };
  await calibration.measure(MACHINE, [processor], alone);
  expect(await calibration.isWanted(MACHINE, [gpu, processor], true)).toBe(false);
  expect(await start().isWanted(MACHINE, [gpu, processor], true)).toBe(true);
  expect([...(await calibration.known(MACHINE)).keys()]).toEqual([gpu.key]);
});

test('a clock that stood still is not kept', async () => {
  probe.time = ({ depths, promptTokens }) => ({
    tokenSeconds: depths.map(() => 0.01),
    promptSeconds: promptTokens > 0 ? 0 : null,
  });
  const calibration = start();
  await calibration.measure(MACHINE, [processor], alone);
  expect(await calibration.known(MACHINE)).toEqual(new Map());
});

test('an answer that is asked for meanwhile ends it', async () => {
  const stop = new AbortController();
  probe.time = () => {
    stop.abort();
    throw new Error('killed');
  };
  const measuring = start().measure(MACHINE, [processor], { ...alone, signal: stop.signal });
  await expect(measuring).rejects.toThrow('aborted');
  expect(await readdir(cacheDir)).toEqual([]);
});

test('a damaged file counts as not there', async () => {
  await writeFile(join(cacheDir, 'calibration.json'), '{"machine":"a machine","devices":{"x":{}}}');
  const calibration = start();
  expect(await calibration.isWanted(MACHINE, [processor], false)).toBe(true);
  await calibration.measure(MACHINE, [processor], alone);
  expect((await start().known(MACHINE)).size).toBe(1);
});
