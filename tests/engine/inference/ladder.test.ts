import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultChatSettings } from '../../../src-main/contract/defaults.ts';
import type { ProblemError } from '../../../src-main/contract/problem.ts';
import { ProbeError, type runProbe } from '../../../src-main/services/engine-host/probe.ts';
import type { LoadObserver } from '../../../src-main/services/accuracy/accuracy-service.ts';
import type { EngineHost } from '../../../src-main/services/engine-host/engine-host.ts';
import { HardwareService } from '../../../src-main/services/hardware/hardware.ts';
import type { AskedModel } from '../../../src-main/services/inference/descent.ts';
import { InferenceService } from '../../../src-main/services/inference/inference-service.ts';
import { ModelFileCache } from '../../../src-main/services/library/model-file-cache.ts';
import { silentLogger as log } from '../../../src-main/services/logging/logger.ts';
import { PlannerService } from '../../../src-main/services/planner/planner.ts';
import { builtInModel, EngineBench, isAlive, openChildren } from '../../helpers/fake-engine/engine-bench.ts';

/** The settings of the built-in model here: 2048 tokens of 16 bits and batches of 512 "need" 4608 of the fake engine. */
const NEED = { whole: 4608, cache: 2560, context: 1536, batch: 1152 };

/** Nothing of this machine is asked: memory is estimated and there is no GPU. */
const noProbe: typeof runProbe = (method) => Promise.reject(new ProbeError(method, 'none here', undefined));

let bench: EngineBench;
let host: EngineHost;
let folder: string;
let told: string[];
let observed: string[];

beforeEach(() => {
  bench = new EngineBench();
  host = bench.start();
  folder = mkdtempSync(join(tmpdir(), 'nibble-ladder-'));
  told = [];
  observed = [];
});
afterEach(async () => {
  await bench.end();
  rmSync(folder, { recursive: true, force: true });
  expect([...bench.pids].filter(isAlive)).toEqual([]);
  await expect.poll(openChildren).toBe(0);
});

/** A real file, in a folder whose name is what loading it does. */
function model(orders: string, name = 'tiny'): AskedModel {
  const path = join(folder, ` ${orders} `, `${name}.gguf`);
  mkdirSync(join(folder, ` ${orders} `), { recursive: true });
  copyFileSync(builtInModel, path);
  return { id: 1, path, name };
}

function start(smaller: AskedModel | null = null): InferenceService {
  const hardware = new HardwareService({ runProbe: noProbe, log });
  const observer: LoadObserver = {
    loaded: ({ plan }) => observed.push(`loaded ${plan.contextSize}`),
    failed: (_, reason) => observed.push(`failed: ${reason}`),
    answered: () => observed.push('answered'),
  };
  return new InferenceService({
    host,
    planner: new PlannerService({ hardware, runProbe: noProbe, cacheDir: folder, log }),
    files: new ModelFileCache(),
    observer,
    smallerLevel: ({ path }) => Promise.resolve(smaller?.path === path ? null : smaller),
  });
}

async function ask(
  inference: InferenceService,
  asked: AskedModel,
  text = 'hello',
  contextSize?: number,
): Promise<string> {
  let shown = '';
  const result = await inference.answer(
    {
      model: asked,
      messages: [{ role: 'user', text }],
      settings: defaultChatSettings,
      ...(contextSize !== undefined && { contextSize }),
    },
    {
      signal: new AbortController().signal,
      onProgress: (progress) => {
        if (progress.kind === 'text') shown += progress.text;
      },
      onStep: (words) => told.push(words),
    },
  );
  // What streamed is what was written, also across a step.
  expect(shown).toBe(result.text);
  return result.text;
}

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    (error: ProblemError) => error.problem,
  );

describe('a load that finds no memory', () => {
  test('goes down until it fits, tells each step, and answers', async () => {
    const inference = start();
    const asked = model(`|room=${NEED.context}`);
    expect(await ask(inference, asked)).toBe('The text so far');
    expect(told).toEqual([
      'There was not enough memory in main memory, so the cache (what the model remembers of the chat) is kept with 8 bits instead of 16.',
      'There was not enough memory in main memory, so the context was halved to 1,024 tokens.',
    ]);
    const { plan } = inference.loaded ?? expect.unreachable();
    expect(plan).toMatchObject({ contextSize: 1024, cacheTypeK: 'q8_0', cacheTypeV: 'q8_0' });
    // The plan that is shown is the real one: why, and what it takes.
    expect(plan.reasons.slice(0, 2)).toEqual(told);
    expect(plan.memory.devices[0]).toMatchObject({ weightsBytes: 100, kvCacheBytes: 20, totalBytes: 130 });
    expect(observed).toEqual([
      expect.stringMatching(/^failed/),
      expect.stringMatching(/^failed/),
      'loaded 1024',
      'answered',
    ]);
  });

  test('stays where it fits: the next message takes no step and loads nothing', async () => {
    const inference = start();
    const asked = model(`|room=${NEED.cache}`);
    await ask(inference, asked);
    const pids = bench.pids.size;
    expect(told).toHaveLength(1);
    await ask(inference, asked);
    expect([told.length, bench.pids.size]).toEqual([1, pids]);
  });

  test('is the same when the process is killed, more often than three times', async () => {
    const smaller = model('tiny', 'smaller');
    expect(await ask(start(smaller), model(`|killroom=10`))).toBe('The text so far');
    expect(told).toHaveLength(4);
    expect(told.at(-1)).toMatch(/so smaller answers, the next smaller level/);
    expect(host.status).toMatchObject({ state: 'ready', problem: null, model: { name: 'smaller' } });
  });

  test('ends when nothing is left, with the problem and no further attempt', async () => {
    const inference = start();
    const asked = model('|room=10');
    expect((await problemOf(ask(inference, asked))).code).toBe('engine.outOfMemory');
    expect(told).toHaveLength(3);
    const pids = bench.pids.size;
    expect((await problemOf(ask(inference, asked))).code).toBe('engine.outOfMemory');
    // The next message tries the last rung once more, and no others.
    expect([told.length, bench.pids.size]).toEqual([3, pids + 1]);
  });

  test('a context that was asked for is lowered last and by name', async () => {
    await ask(start(), model(`|room=${NEED.batch}`), 'hello', 2048);
    expect(told.map((words) => /so (?:the )?(\w+)/.exec(words)?.[1])).toEqual([
      'cache',
      'prompts',
      'context',
    ]);
    expect(told.at(-1)).toContain('1,024 tokens instead of the 2,048 that were asked for');
  });

  test('while the weights are read is not answered with a smaller context', async () => {
    const problem = await problemOf(ask(start(), model('killroom=10')));
    expect([problem.code, told]).toEqual(['engine.crashed', []]);
  });
});

describe('an answer that runs out of memory', () => {
  test('keeps its text and goes on from there', async () => {
    const inference = start();
    const text = await ask(inference, model('tiny'), `abortroom=${NEED.cache}`);
    expect(text).toBe('The text so farThe text so far');
    expect(told).toHaveLength(1);
    expect(host.status.settings?.cacheTypeK).toBe('q8_0');
  });

  test('may do so while the prompt is read', async () => {
    const text = await ask(start(), model('tiny'), `early abortroom=${NEED.context}`);
    expect([text, told.length]).toEqual(['The text so far', 2]);
  });

  test('that is killed for no known reason is the person’s to try again', async () => {
    const problem = await problemOf(ask(start(), model('tiny'), 'signal=SIGKILL'));
    expect([problem.code, told]).toEqual(['engine.crashed', []]);
  });
});

test('stopping ends the ladder', async () => {
  const inference = start();
  const abort = new AbortController();
  const asked = { model: model('|room=10'), messages: [], settings: defaultChatSettings };
  const answer = inference.answer(asked, {
    signal: abort.signal,
    onProgress: () => undefined,
    onStep: () => abort.abort(),
  });
  await expect(answer).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});

test('a model that crashes is loaded with safer settings when the person says so', async () => {
  const inference = start();
  const asked = model('tiny');
  await problemOf(ask(inference, asked, 'signal=SIGSEGV'));
  expect(inference.saferProposal).toBe('Switch flash attention off.');
  await inference.useSaferSettings();
  host.reset();
  expect(await ask(inference, asked)).toBe('The text so far');
  expect(host.status.settings?.flashAttention).toBe(false);
  expect(inference.loaded?.plan.reasons[0]).toBe('As you wished, flash attention was switched off.');
  inference.forgetSteps();
  await ask(inference, asked);
  expect(host.status.settings?.flashAttention).toBe(true);
});
