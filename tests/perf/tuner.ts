/**
 * The settings that the tuner finds against all others, for a 1B model: quiet, and while another process keeps one core busy.
 * `node tests/perf/tuner.ts [ROUNDS]`. All settings take turns, so that whatever else the machine does hits all of them alike.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TunedSettings } from '../../src-main/domain/planner/tuning/contender.ts';
import { threadCounts } from '../../src-main/domain/planner/tuning/search.ts';
import type { AskProbe } from '../../src-main/services/engine-host/probe.ts';
import { runProbe, useProbe } from '../../src-main/services/engine-host/probe.ts';
import { HardwareService } from '../../src-main/services/hardware/hardware.ts';
import { openModelFile } from '../../src-main/services/library/model-file.ts';
import { silentLogger as log } from '../../src-main/services/logging/logger.ts';
import { PlannerService } from '../../src-main/services/planner/planner.ts';
import { median } from './measure.ts';
import { timeModel, writeLevel, type Level } from './one-billion.ts';

/** A conversation that has begun, and what is read and written in a turn of it. */
const DEPTH = 1024;
const PROMPT_TOKENS = 128;
const WRITTEN_TOKENS = 128;
const BATCHES = [64, 128, 256, 512];
/** Slower than the best by this much, a setting is not asked again. */
const HOPELESS = 1.5;
const TIMEOUT_MS = 600_000;
const LEVELS: Level[] = ['Q4_K_M', 'Q8_0'];

interface Contender {
  settings: TunedSettings;
  tokenSeconds: number[];
  promptSeconds: number[];
}

const rounds = Number(process.argv[2] ?? 3);
const folder = await mkdtemp(join(tmpdir(), 'nibble-tuner-'));
const hardware = new HardwareService({ runProbe, log });

const tokenSeconds = (contender: Contender) => median(contender.tokenSeconds);
const exchangeSeconds = (contender: Contender) =>
  median(contender.promptSeconds) + WRITTEN_TOKENS * tokenSeconds(contender);

/** The tuner as the app runs it, without anything known from before. */
async function tune(path: string): Promise<{ settings: TunedSettings; seconds: number; trials: number }> {
  const cacheDir = await mkdtemp(join(folder, 'cache-'));
  const planner = new PlannerService({ hardware, runProbe, cacheDir, log });
  const model = await openModelFile(path);
  const startedAt = performance.now();
  await planner.measure({ models: [model], onlySettings: true });
  const seconds = (performance.now() - startedAt) / 1000;
  const { tuning } = await planner.measured(await hardware.snapshot({ refresh: false }), model);
  const { threads, batchSize, flashAttention, trials } = tuning;
  return { settings: { threads, batchSize, flashAttention }, seconds, trials: trials.length };
}

/** Every setting that is not hopeless takes its turns. More threads than free cores are asked once, and not all of them. */
async function runGrid(ask: AskProbe, path: string): Promise<Contender[]> {
  const contenders = threadCounts(availableParallelism()).flatMap((threads) =>
    [true, false].flatMap((flashAttention) =>
      BATCHES.map((batchSize): Contender => ({
        settings: { threads, batchSize, flashAttention },
        tokenSeconds: [],
        promptSeconds: [],
      })),
    ),
  );
  const hopeless = new Set<number>();
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const { threads } = contender.settings;
      const answered = contenders.filter(({ promptSeconds }) => promptSeconds.length > 0);
      const best = Math.min(Infinity, ...answered.map(tokenSeconds));
      if (hopeless.has(threads)) continue;
      if (contender.promptSeconds.length > 0 && tokenSeconds(contender) > best * HOPELESS) continue;
      const timing = await timeModel(ask, path, folder, {
        ...contender.settings,
        depths: [DEPTH],
        promptTokens: PROMPT_TOKENS,
        giveUpSeconds: best * 4,
        limitMs: 300,
      });
      contender.tokenSeconds.push(timing.tokenSeconds[0] ?? Number.NaN);
      if (timing.promptSeconds === null) hopeless.add(threads);
      else contender.promptSeconds.push(timing.promptSeconds);
    }
  }
  return contenders.filter(({ promptSeconds }) => promptSeconds.length > 0);
}

function startHog(): ChildProcess {
  // It ends with this process, whatever ends that.
  const endless = 'const { ppid } = process; while (process.ppid === ppid);';
  return spawn(process.execPath, ['-e', endless], { stdio: 'ignore' });
}

const inWords = ({ threads, batchSize, flashAttention }: TunedSettings) =>
  `${threads} × ${batchSize} × ${flashAttention ? 'on' : 'off'}`;
const share = (value: number) => value.toFixed(3);

try {
  console.log(
    '| 1B | machine | found (threads × batch × flash attention) | in | answering | exchange | best |',
  );
  console.log('| --- | --- | --- | ---: | ---: | ---: | --- |');
  for (const level of LEVELS) {
    const path = await writeLevel(folder, level);
    for (const isQuiet of [true, false]) {
      const hog = isQuiet ? null : startHog();
      if (hog) await sleep(1_000);
      try {
        const { settings, seconds, trials } = await tune(path);
        const grid = await useProbe({ log, timeoutMs: TIMEOUT_MS }, (ask) => runGrid(ask, path));
        const own = grid.find((contender) => inWords(contender.settings) === inWords(settings));
        const best = grid.toSorted((a, b) => exchangeSeconds(a) - exchangeSeconds(b))[0];
        const reached = (cost: (contender: Contender) => number) =>
          own ? Math.min(...grid.map(cost)) / cost(own) : Number.NaN;
        const cells = [
          level,
          isQuiet ? 'as it is' : 'a core busy',
          `${inWords(settings)} of ${trials} tried`,
          `${seconds.toFixed(1)} s`,
          share(reached(tokenSeconds)),
          share(reached(exchangeSeconds)),
          best ? inWords(best.settings) : '',
        ];
        console.log(`| ${cells.join(' | ')} |`);
      } finally {
        hog?.kill('SIGKILL');
      }
    }
    await rm(path);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
