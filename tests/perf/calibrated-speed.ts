/**
 * Speeds as predicted after one calibration of this computer against what a 1B model does: `node tests/perf/calibrated-speed.ts [ROUNDS]`.
 * A machine gets faster and slower meanwhile, so models are timed before and after each calibration: it is compared with the mean of both. Each
 * round's error is one calibration's; of several rounds the middle counts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isKnown } from '../../src-main/domain/planner/layout/types.ts';
import { layoutOf } from '../../src-main/domain/planner/layout/layout.ts';
import { decodeSpeed } from '../../src-main/domain/planner/speed/decode.ts';
import { speedInput, weightMix } from '../../src-main/domain/planner/speed/model-input.ts';
import { prefillSpeed } from '../../src-main/domain/planner/speed/prefill.ts';
import type { MachineSpeed, SpeedModelInput } from '../../src-main/domain/planner/speed/types.ts';
import { runProbe, useProbe } from '../../src-main/services/engine-host/probe.ts';
import { HardwareService } from '../../src-main/services/hardware/hardware.ts';
import { openModelFile } from '../../src-main/services/library/model-file.ts';
import { silentLogger as log } from '../../src-main/services/logging/logger.ts';
import { PlannerService } from '../../src-main/services/planner/planner.ts';
import { median } from './measure.ts';
import { levels, timeModel, writeLevel, type Level } from './one-billion.ts';

const DEPTHS = [512, 8192];
const PROMPT_TOKENS = 128;
const TIMEOUT_MS = 120_000;

/** Tokens a second, by what was timed: "Q8_0 at 512". */
type Rates = Map<string, number>;

const rounds = Number(process.argv[2] ?? 3);
const folder = await mkdtemp(join(tmpdir(), 'nibble-speed-'));
const hardware = new HardwareService({ runProbe, log });

async function calibrate(round: number): Promise<{ speed: MachineSpeed; threads: number; seconds: number }> {
  const cacheDir = join(folder, `cache-${round}`);
  const planner = new PlannerService({ hardware, runProbe, cacheDir, log });
  const startedAt = performance.now();
  await planner.measure();
  const seconds = (performance.now() - startedAt) / 1000;
  const { speed, tuning } = await planner.measured(await hardware.snapshot({ refresh: false }));
  return { speed, threads: tuning.threads, seconds };
}

async function inputOf(path: string): Promise<SpeedModelInput> {
  const layout = layoutOf((await openModelFile(path)).header);
  if (!isKnown(layout)) throw new Error('the model is not known');
  const settings = { gpuLayers: 0, flashAttention: true, cacheTypeK: 'f16', cacheTypeV: 'f16' };
  return speedInput(layout, weightMix(layout.tensors, layout.isTied), settings, { gpu: null, cpu: 0 });
}

async function timed(paths: ReadonlyMap<Level, string>, threads: number): Promise<Rates> {
  const rates: Rates = new Map();
  for (const [level, path] of paths) {
    const { tokenSeconds, promptSeconds } = await useProbe({ log, timeoutMs: TIMEOUT_MS }, (ask) =>
      timeModel(ask, path, folder, { depths: DEPTHS, threads, promptTokens: PROMPT_TOKENS }),
    );
    for (const [index, depth] of DEPTHS.entries())
      rates.set(`${level} at ${depth}`, 1 / (tokenSeconds[index] ?? Number.NaN));
    if (promptSeconds !== null) rates.set(`${level} reading`, PROMPT_TOKENS / promptSeconds);
  }
  return rates;
}

async function predicted(paths: ReadonlyMap<Level, string>, speed: MachineSpeed): Promise<Rates> {
  const rates: Rates = new Map();
  for (const [level, path] of paths) {
    const input = await inputOf(path);
    for (const depth of DEPTHS)
      rates.set(`${level} at ${depth}`, decodeSpeed(speed, input, depth).tokensPerSecond);
    rates.set(`${level} reading`, prefillSpeed(speed, input, PROMPT_TOKENS, DEPTHS[0]).tokensPerSecond);
  }
  return rates;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

try {
  const paths = new Map<Level, string>();
  for (const level of Object.keys(levels) as Level[]) paths.set(level, await writeLevel(folder, level));
  // What was written leaves for the disk first.
  spawnSync('sync');
  const errors = new Map<string, number[]>();
  const reality = new Map<string, number[]>();
  let before: Rates | null = null;
  for (let round = 0; round < rounds; round++) {
    const { speed, threads, seconds } = await calibrate(round);
    before ??= await timed(paths, threads);
    console.log(`round ${round + 1}: ${threads} threads, measured in ${seconds.toFixed(1)} s`);
    const after = await timed(paths, threads);
    for (const [what, rate] of await predicted(paths, speed)) {
      const around = sum([before, after].map((rates) => rates.get(what) ?? Number.NaN)) / 2;
      errors.set(what, [...(errors.get(what) ?? []), rate / around - 1]);
      reality.set(what, [...(reality.get(what) ?? []), around]);
    }
    before = after;
  }
  console.log('\n| 1B | measured t/s | error | in each round |\n| --- | ---: | ---: | --- |');
  for (const [what, own] of errors)
    console.log(
      `| ${what} | ${median(reality.get(what) ?? []).toFixed(2)} | ${percent(median(own))} | ${own.map(percent).join(', ')} |`,
    );
  for (const isReading of [false, true]) {
    const rows = [...errors].filter(([what]) => what.endsWith('reading') === isReading);
    const middles = rows.map(([, own]) => Math.abs(median(own)));
    console.log(
      `${isReading ? 'reading' : 'answering'}: median error ${percent(median(middles))}, worst ${percent(Math.max(...middles))}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
