/**
 * Speeds as predicted after one calibration of this computer against what a 1B model then does: `node tests/perf/calibrated-speed.ts [ROUNDS]`.
 * Every round calibrates anew, so that a machine which gets faster or slower meanwhile treats both alike; of several rounds the middle counts.
 */
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

interface Compared {
  what: string;
  measured: number[];
  predicted: number[];
}

const rounds = Number(process.argv[2] ?? 3);
const folder = await mkdtemp(join(tmpdir(), 'nibble-speed-'));
const hardware = new HardwareService({ runProbe, log });
const compared = new Map<string, Compared>();

function note(what: string, measured: number, predicted: number): void {
  const row = compared.get(what) ?? { what, measured: [], predicted: [] };
  row.measured.push(measured);
  row.predicted.push(predicted);
  compared.set(what, row);
}

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

async function compare(level: Level, path: string, speed: MachineSpeed, threads: number): Promise<void> {
  const input = await inputOf(path);
  const { tokenSeconds, promptSeconds } = await useProbe({ log, timeoutMs: TIMEOUT_MS }, (ask) =>
    timeModel(ask, path, folder, { depths: DEPTHS, threads, promptTokens: PROMPT_TOKENS }),
  );
  for (const [index, depth] of DEPTHS.entries())
    note(
      `${level} at ${depth}`,
      1 / (tokenSeconds[index] ?? Number.NaN),
      decodeSpeed(speed, input, depth).tokensPerSecond,
    );
  if (promptSeconds !== null)
    note(
      `${level} reading`,
      PROMPT_TOKENS / promptSeconds,
      prefillSpeed(speed, input, PROMPT_TOKENS, DEPTHS[0]).tokensPerSecond,
    );
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const errorOf = ({ measured, predicted }: Compared) =>
  median(predicted.map((value, index) => value / (measured[index] ?? Number.NaN))) - 1;

try {
  const paths = new Map<Level, string>();
  for (const level of Object.keys(levels) as Level[]) paths.set(level, await writeLevel(folder, level));
  for (let round = 0; round < rounds; round++) {
    const { speed, threads, seconds } = await calibrate(round);
    console.log(`round ${round + 1}: ${threads} threads, measured in ${seconds.toFixed(1)} s`);
    for (const [level, path] of paths) await compare(level, path, speed, threads);
  }
  console.log('\n| 1B | measured t/s | predicted t/s | error |\n| --- | ---: | ---: | ---: |');
  for (const row of compared.values())
    console.log(
      `| ${row.what} | ${median(row.measured).toFixed(2)} | ${median(row.predicted).toFixed(2)} | ${percent(errorOf(row))} |`,
    );
  for (const isReading of [false, true]) {
    const rows = [...compared.values()].filter(({ what }) => what.endsWith('reading') === isReading);
    const errors = rows.map((row) => Math.abs(errorOf(row)));
    console.log(
      `${isReading ? 'reading' : 'answering'}: median error ${percent(median(errors))}, worst ${percent(Math.max(...errors))}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
