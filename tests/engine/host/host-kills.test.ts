import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../../src-main/contract/problem.ts';
import type { EngineHost, EngineModel } from '../../../src-main/services/engine-host/engine-host.ts';
import type { ChildProgress } from '../../../src-main/services/engine-host/protocol.ts';
import { entryFile } from '../../../src-main/services/entry-files.ts';
import {
  ask,
  builtInModel,
  EngineBench,
  enginePid,
  isAlive,
  openChildren,
  settings,
  untilStatus,
} from '../../helpers/fake-engine/engine-bench.ts';

const isLong = process.env['NIBBLE_LONG'] !== undefined;
const RANDOM_KILLS = isLong ? 100 : 4;
/** From asking again to the end of a short answer, with restart and loading, when the machine has nothing else to do. */
const RECOVERY_MS = 2_000;
/** The kernel's clock tick, in which Linux counts CPU time. */
const TICK_MS = 10;
/** One thread: several that spin at barriers take many times as long on a busy machine. */
const oneThread = { ...settings, threads: 1 };
const signals = ['SIGKILL', 'SIGSEGV', 'SIGABRT'] as const;
const moments = ['starting', 'loading', 'prefill', 'decode', 'idle', 'unloading'] as const;
type Moment = (typeof moments)[number];

const { size, mtimeMs } = statSync(builtInModel);
const model: EngineModel = {
  path: builtInModel,
  identity: `${size}:${mtimeMs}`,
  name: 'tiny',
  modelId: null,
};
const question = ask('What is the capital of France?', 16);

let bench: EngineBench;
let host: EngineHost;

beforeEach(() => {
  bench = new EngineBench();
  host = bench.start({ childEntry: entryFile('engine-child') });
});
afterEach(async () => {
  await bench.end();
  expect([...bench.pids].filter(isAlive)).toEqual([]);
  await expect.poll(openChildren).toBe(0);
});

/** Reading it takes longer than a signal needs. */
const longPrompt = 'Tell me a story about a small robot. '.repeat(80);

const kill = (signal: NodeJS.Signals) => process.kill(enginePid(host), signal);

/** Loads, answers and unloads, with a kill at the `moment`. Returns the text so far, what was thrown, and whether it was hit. */
async function live(moment: Moment, signal: NodeJS.Signals, afterPieces = 2) {
  let text = '';
  let pieces = 0;
  // Long enough that the kill comes before the end, however many tokens a message carries.
  const maxTokens = moment === 'decode' ? 400 : 16;
  let wasHit = false;
  const hit = () => {
    if (!wasHit) wasHit = kill(signal);
  };
  const stop = host.onStatus(({ state }) => {
    if (state === (moment === 'unloading' ? 'evicted' : moment)) hit();
  });
  const onProgress = (progress: ChildProgress) => {
    if (progress.kind === 'prefill' && moment === 'prefill') hit();
    if (progress.kind !== 'text') return;
    text += progress.text;
    pieces += 1;
    if (moment === 'decode' && pieces === afterPieces) hit();
  };
  const run = async () => {
    if (moment === 'starting' || moment === 'loading') await host.unload();
    await host.ensureLoaded(model, oneThread);
    if (moment === 'idle') hit();
    await host.generate(ask(moment === 'prefill' ? longPrompt : 'Tell me a story.', maxTokens), {
      onProgress,
    });
    await host.unload();
  };
  const thrown: unknown = await run().catch((error: unknown) => error);
  stop();
  return { text, thrown, wasHit };
}

/**
 * The next message works. Counted is what the host waits plus the CPU time of the new process: on a machine that other
 * work slows down, the clock on the wall says nothing about Nibble.
 */
async function expectRecovery(): Promise<number> {
  const askedAt = performance.now();
  let waitedMs = 0;
  const stop = host.onStatus(({ state }) => {
    if (state === 'starting') waitedMs = performance.now() - askedAt;
  });
  await host.ensureLoaded(model, oneThread);
  const { text } = await host.generate(question, { onProgress: () => undefined });
  stop();
  expect(text).not.toBe('');
  const neededMs = waitedMs + cpuMsOf(enginePid(host));
  expect(neededMs).toBeLessThan(RECOVERY_MS);
  return neededMs;
}

/** User and system time of a process; 0 where the kernel does not tell. */
function cpuMsOf(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

describe.each(signals)('the real engine, ended by %s', (signal) => {
  it.each([
    ['loading', 'loading the model'],
    ['prefill', 'reading the prompt'],
    ['decode', 'writing the answer'],
  ] as const)('while %s, says so and answers the next message', async (moment, words) => {
    const { text, thrown } = await live(moment, signal);
    expect(thrown).toBeInstanceOf(ProblemError);
    expect((thrown as ProblemError).problem).toMatchObject({
      code: 'engine.crashed',
      what: `The engine stopped while ${words}.`,
    });
    expect((thrown as ProblemError).problem.why).toContain(signal);
    expect(text === '').toBe(moment !== 'decode');
    await expectRecovery();
  });

  it('while unloading, has unloaded', async () => {
    const { thrown, wasHit } = await live('unloading', signal);
    expect([thrown, wasHit, host.status.state]).toEqual([undefined, true, 'absent']);
    await expectRecovery();
  });
});

it('finds the real engine stopped within ten seconds', async () => {
  await host.ensureLoaded(model, oneThread);
  let stoppedAt = 0;
  const onProgress = ({ kind }: ChildProgress) => {
    if (kind !== 'text' || stoppedAt !== 0) return;
    stoppedAt = performance.now();
    kill('SIGSTOP');
  };
  const answer = host.generate(ask('Tell me a story about a small robot.', 200), { onProgress });
  await expect(answer).rejects.toMatchObject({ problem: { code: 'engine.hung' } });
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  await untilStatus(host, ({ state }) => state === 'ready');
});

it('frees its memory and leaves nothing behind when the process is told to close in an answer', async () => {
  await host.ensureLoaded(model, oneThread);
  const begun = Promise.withResolvers<undefined>();
  const answer = host.generate(ask('Tell me a story.', 200), { onProgress: () => begun.resolve(undefined) });
  const ended = expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  await begun.promise;
  await host.dispose();
  await ended;
});

it('takes the engine along when main is killed', async () => {
  const main = fork(join(import.meta.dirname, '../../helpers/fake-engine/engine-owner-child.ts'));
  const [pid] = (await once(main, 'message')) as [number];
  expect(isAlive(pid)).toBe(true);
  main.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

it(
  `survives ${RANDOM_KILLS} random kills`,
  async () => {
    const seed = Number(process.env['NIBBLE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`random kills: NIBBLE_SEED=${seed}`);
    const random = seededRandom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const recoveries: number[] = [];
    for (let round = 0; round < RANDOM_KILLS; round++) {
      const [moment, signal] = [pick(moments), pick([...signals, 'SIGILL', 'SIGBUS', 'SIGTRAP'] as const)];
      const { wasHit } = await live(moment, signal, 1 + Math.floor(random() * 2));
      expect([moment, wasHit]).toEqual([moment, true]);
      // What a person does when Nibble gave up after three deaths.
      host.reset();
      recoveries.push(await expectRecovery());
    }
    console.info(
      `wait and CPU time until the next answer: ${recoveries.map((ms) => ms.toFixed(0)).join(', ')} ms`,
    );
  },
  // Ten take about 10 s on a machine that has nothing else to do.
  isLong ? 1_800_000 : 180_000,
);

/** mulberry32: small, good enough, and the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
