/**
 * Decode speed of the whole app (web shell, HTTP, store, a stream attached) against node-llama-cpp alone in one
 * process with the same settings: the built-in model and one of Llama 1B's shape. `node tests/perf/app-decode.ts`
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadSettings } from '../../src-main/contract/plan.contract.ts';
import { builtInModelPath, oneBillionShape, writeSyntheticGguf } from '../helpers/synthetic-gguf.ts';
import { cpuMs, enginePid, ownCpuMs } from './cpu-time.ts';
import { interleave, median, printFigures, spread } from './measure.ts';
import { openWebShell, type RunningWebShell } from './web-shell.ts';

interface Run {
  tokens: number;
  decodeTokensPerSecond: number;
  wallMs: number;
  /** Of the process that runs the model. */
  engineCpuMs: number;
  /** Of everything else: router, store, HTTP. */
  otherCpuMs: number;
}

/** One answer through the app, in a new chat, from the call to the event that says it is complete. */
async function throughApp(
  { client, pid }: RunningWebShell,
  modelId: number,
  seed: number,
  limit: number,
): Promise<Run> {
  const { id: chatId } = await client.chats.create({ modelId });
  // At a high temperature the model goes on to the limit.
  const sampling = { temperature: 5, topK: 0, topP: 1, minP: 0, repeatPenalty: 1 };
  await client.chats.setSettings({
    chatId,
    settings: { ...sampling, systemPrompt: '', seed, maxTokens: limit },
  });
  const ending = new AbortController();
  const events = await client.live.events(undefined, { signal: ending.signal });
  const usedBefore = appCpu(pid);
  const startedAt = performance.now();
  await client.chats.send({ chatId, text: 'Tell me a short story.' });
  for await (const event of events) {
    if (event.type !== 'message' || event.message.chatId !== chatId) continue;
    const { status, stats, problem } = event.message;
    if (problem) throw new Error(`${problem.what} ${problem.why}`);
    if (status === 'complete' && stats) {
      const wallMs = performance.now() - startedAt;
      ending.abort();
      const used = appCpu(pid);
      return {
        tokens: stats.generatedTokens,
        decodeTokensPerSecond: stats.decodeTokensPerSecond ?? 0,
        wallMs,
        engineCpuMs: used.engine - usedBefore.engine,
        otherCpuMs: used.other - usedBefore.other,
      };
    }
  }
  throw new Error('the stream ended before the answer');
}

function appCpu(pid: number): { engine: number; other: number } {
  const engineProcess = enginePid(pid);
  const engine = engineProcess === null ? 0 : ownCpuMs(engineProcess);
  return { engine, other: cpuMs(pid) - engine };
}

async function alone(child: ChildProcess, seed: number, limit: number): Promise<Run> {
  const usedBefore = ownCpuMs(child.pid ?? 0);
  child.send({ seed, limit });
  const [run] = (await once(child, 'message')) as [Omit<Run, 'engineCpuMs' | 'otherCpuMs'>];
  return { ...run, engineCpuMs: ownCpuMs(child.pid ?? 0) - usedBefore, otherCpuMs: 0 };
}

async function compare(title: string, path: string, pairs: number, limit: number): Promise<void> {
  await using app = await openWebShell();
  const model = await app.client.models.open({ path });
  await throughApp(app, model.id, 0, 2);
  const { plan } = await app.client.engine.status();
  if (!plan) throw new Error('the engine has no model loaded');
  const settings: LoadSettings = plan;
  const child = fork(join(import.meta.dirname, 'bare-llama.ts'), [path, JSON.stringify(settings)]);
  await once(child, 'message');
  const runs = await interleave(
    pairs,
    (seed) => throughApp(app, model.id, seed, limit),
    (seed) => alone(child, seed, limit),
  );
  child.kill();
  printFigures(title, [
    ['settings', `${plan.threads} threads, context ${plan.contextSize}, cache ${plan.cacheTypeK}`],
    [
      'tokens per answer',
      spread(
        runs.map(({ a }) => a.tokens),
        0,
      ),
    ],
    [
      'through the app',
      spread(
        runs.map(({ a }) => a.decodeTokensPerSecond),
        1,
        ' tokens/s',
      ),
    ],
    [
      'node-llama-cpp alone',
      spread(
        runs.map(({ b }) => b.decodeTokensPerSecond),
        1,
        ' tokens/s',
      ),
    ],
    [
      'ratio of decode (aim ≥ 0.97)',
      spread(
        runs.map(({ a, b }) => a.decodeTokensPerSecond / b.decodeTokensPerSecond),
        3,
      ),
    ],
    [
      'CPU time of the engine, alone / in the app',
      spread(
        runs.map(({ a, b }) => b.engineCpuMs / b.tokens / (a.engineCpuMs / a.tokens)),
        3,
      ),
    ],
    [
      'CPU time a token, engine in the app',
      `${median(runs.map(({ a }) => a.engineCpuMs / a.tokens)).toFixed(3)} ms`,
    ],
    [
      'CPU time a token, everything else',
      `${median(runs.map(({ a }) => a.otherCpuMs / a.tokens)).toFixed(3)} ms`,
    ],
    [
      'whole answers, wall clock',
      spread(
        runs.map(({ a, b }) => b.wallMs / b.tokens / (a.wallMs / a.tokens)),
        3,
      ),
    ],
  ]);
}

const folder = mkdtempSync(join(tmpdir(), 'nibble-perf-models-'));
try {
  await compare('Decode through the whole app: built-in model', builtInModelPath, 9, 400);
  const billion = await writeSyntheticGguf(folder, { ...oneBillionShape, context: 8192 });
  await compare('Decode through the whole app: Llama 1B shape, Q4_0', billion, 9, 64);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
