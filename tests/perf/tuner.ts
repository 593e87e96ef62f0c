/**
 * The settings that the tuner finds against all others, for a 1B model: quiet, and while another process keeps one core busy.
 * `node tests/perf/tuner.ts [ROUNDS]`. All settings take turns, so that whatever else the machine does hits all of them alike.
 * The best of so many owes part of its lead to luck: it takes further turns against the ones found, and those alone count.
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
import { interleave, median } from './measure.ts';
import { timeModel, writeLevel, type Level } from './one-billion.ts';

/** A conversation that has begun, and what is read and written in a turn of it. */
const DEPTH = 1024;
const PROMPT_TOKENS = 128;
const WRITTEN_TOKENS = 128;
const BATCHES = [64, 128, 256, 512];
/** Slower than the best by this much, a setting is not asked again. */
const HOPELESS = 1.5;
const FINAL_PAIRS = 8;
const TIMEOUT_MS = 600_000;
const LEVELS: Level[] = ['Q4_K_M', 'Q8_0'];

interface Contender {
  settings: TunedSettings;
  tokenSeconds: number[];
  promptSeconds: number[];
}

const rounds = Number(process.argv[2] ?? 2);
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

/** One turn: `giveUpSeconds` a token is too slow to go on to the prompt. */
async function takeTurn(ask: AskProbe, path: string, contender: Contender, giveUpSeconds: number) {
  const timing = await timeModel(ask, path, folder, {
    ...contender.settings,
    depths: [DEPTH],
    promptTokens: PROMPT_TOKENS,
    giveUpSeconds,
    limitMs: 300,
  });
  contender.tokenSeconds.push(timing.tokenSeconds[0] ?? Number.NaN);
  if (timing.promptSeconds !== null) contender.promptSeconds.push(timing.promptSeconds);
}

const newContender = (settings: TunedSettings): Contender => ({
  settings,
  tokenSeconds: [],
  promptSeconds: [],
});

/** Every setting that is not hopeless takes its turns. More threads than free cores are asked once, and not all of them. */
async function runGrid(ask: AskProbe, path: string): Promise<Contender[]> {
  const contenders = threadCounts(availableParallelism()).flatMap((threads) =>
    [true, false].flatMap((flashAttention) =>
      BATCHES.map((batchSize) => newContender({ threads, batchSize, flashAttention })),
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
      await takeTurn(ask, path, contender, best * 4);
      if (contender.promptSeconds.length === 0) hopeless.add(threads);
    }
  }
  return contenders.filter(({ promptSeconds }) => promptSeconds.length > 0);
}

/** The share of the rival's speed that the found settings reach, in turns taken anew. */
async function reached(
  ask: AskProbe,
  path: string,
  found: TunedSettings,
  rival: TunedSettings,
  cost: (contender: Contender) => number,
): Promise<number> {
  if (inWords(found) === inWords(rival)) return 1;
  const turn = async (settings: TunedSettings) => {
    const contender = newContender(settings);
    await takeTurn(ask, path, contender, Infinity);
    return cost(contender);
  };
  const pairs = await interleave(
    FINAL_PAIRS,
    () => turn(found),
    () => turn(rival),
  );
  return median(pairs.map(({ a, b }) => b / a));
}

function startHog(): ChildProcess {
  // It ends with this process, whatever ends that.
  const endless = 'const { ppid } = process; while (process.ppid === ppid);';
  return spawn(process.execPath, ['-e', endless], { stdio: 'ignore' });
}

const inWords = ({ threads, batchSize, flashAttention }: TunedSettings) =>
  `${threads} × ${batchSize} × ${flashAttention ? 'on' : 'off'}`;

try {
  console.log(
    '| 1B | machine | found (threads × batch × flash attention) | in | answering, of the best | exchange, of the best |',
  );
  console.log('| --- | --- | --- | ---: | --- | --- |');
  for (const level of LEVELS) {
    const path = await writeLevel(folder, level);
    for (const isQuiet of [true, false]) {
      const hog = isQuiet ? null : startHog();
      if (hog) await sleep(1_000);
      try {
        const { settings, seconds, trials } = await tune(path);
        const shares = await useProbe({ log, timeoutMs: TIMEOUT_MS }, async (ask) => {
          const grid = await runGrid(ask, path);
          const results: [best: string, share: number][] = [];
          for (const cost of [tokenSeconds, exchangeSeconds]) {
            const [best] = grid.toSorted((a, b) => cost(a) - cost(b));
            if (!best) throw new Error('No setting answered in time.');
            const share = await reached(ask, path, settings, best.settings, cost);
            results.push([inWords(best.settings), share]);
          }
          return results;
        });
        const cells = [
          level,
          isQuiet ? 'as it is' : 'a core busy',
          `${inWords(settings)} of ${trials} tried`,
          `${seconds.toFixed(1)} s`,
          ...shares.map(([best, share]) => `${share.toFixed(3)} of ${best}`),
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
