import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoadSettings } from '../../../../src-main/contract/plan.contract.ts';
import type { runProbe } from '../../../../src-main/services/engine-host/probe.ts';
import type { ModelFile } from '../../../../src-main/services/library/model-file.ts';
import { openModelFile } from '../../../../src-main/services/library/model-file.ts';
import { ModelFileCache } from '../../../../src-main/services/library/model-file-cache.ts';
import { silentLogger as log } from '../../../../src-main/services/logging/logger.ts';
import { headerHash, SimulationStore } from '../../../../src-main/services/planner/simulation-store.ts';
import { ENGINE_VERSION, Simulations } from '../../../../src-main/services/planner/simulations.ts';
import { hardware } from '../../../helpers/fake-samples.ts';
import { loadSettings } from '../../../helpers/load-records.ts';
import { builtInModelPath } from '../../../helpers/synthetic-gguf.ts';

let folder: string;
let asked: number[];
let model: ModelFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-simulations-'));
  asked = [];
  model = await new ModelFileCache().open(builtInModelPath);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Answers with the context as bytes, and notes how many candidates it was asked for. */
const probe = ((_method: string, { candidates }: { candidates: LoadSettings[] }) => {
  asked.push(candidates.length);
  const simulations = candidates.map(({ contextSize }) => ({
    cpu: { weightsBytes: 1, contextBytes: contextSize },
    gpu: null,
  }));
  return Promise.resolve({ simulations, gpuFreeBytes: null });
}) as unknown as typeof runProbe;

const start = (runProbe = probe) => new Simulations({ runProbe, folder, log });
const sizes = (...contexts: number[]) => contexts.map((contextSize) => ({ ...loadSettings, contextSize }));
const bytesOf = (simulations: Awaited<ReturnType<Simulations['of']>>) =>
  simulations?.map((simulation) => ('impossible' in simulation ? null : simulation.cpu.contextBytes));

describe('simulations', () => {
  test('are asked for once, also by the next Nibble, and only those that are missing', async () => {
    expect(bytesOf(await start().of(model, sizes(512, 1024), hardware))).toEqual([512, 1024]);
    expect(bytesOf(await start().of(model, sizes(2048, 1024, 512), hardware))).toEqual([2048, 1024, 512]);
    expect(bytesOf(await start().of(model, sizes(2048), hardware))).toEqual([2048]);
    expect(asked).toEqual([2, 1]);
  });

  test('do not depend on threads, but on the machine', async () => {
    await start().of(model, sizes(512), hardware);
    const [settings] = sizes(512);
    await start().of(model, [{ ...(settings ?? loadSettings), threads: 1 }], hardware);
    expect(asked).toEqual([1]);
    await start().of(model, sizes(512), { ...hardware, gpus: [] });
    expect(asked).toEqual([1, 1]);
  });

  test.each([
    '',
    '{',
    '{"machine":1}',
    '{"machine":"x","simulations":[["a",{"cpu":null}]]}',
    'x'.repeat(600_000),
  ])('survive a damaged file: %.20s', async (text) => {
    await start().of(model, sizes(512), hardware);
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name), text);
    expect(bytesOf(await start().of(model, sizes(512), hardware))).toEqual([512]);
    expect(asked).toEqual([1, 1]);
    expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).toMatchObject({ simulations: [{}] });
  });

  test('are missing when the probe fails, and nothing is kept of it', async () => {
    const broken = (() => Promise.reject(new Error('no probe'))) as unknown as typeof runProbe;
    expect(await start(broken).of(model, sizes(512), hardware)).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  test('serve from memory where the disk does not take them', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder should be');
    expect(bytesOf(await start().of(model, sizes(512), hardware))).toEqual([512]);
  });
});

test('what is kept is bounded: 1000 candidates a model, 64 models', async () => {
  const store = new SimulationStore(folder);
  const one = { cpu: { weightsBytes: 1, contextBytes: 1 }, gpu: null };
  const many = new Map(Array.from({ length: 1200 }, (_, index) => [`${index}`, one]));
  for (let offset = 0; offset < 70; offset++)
    await store.put({ ...model.header, dataOffsetBytes: offset }, 'here', many);
  expect(await readdir(folder)).toHaveLength(64);
  const kept = await store.get({ ...model.header, dataOffsetBytes: 69 }, 'here');
  expect([kept.size, kept.has('0'), kept.has('1199')]).toEqual([1000, false, true]);
});

test('a header has one hash, with its vocabulary in memory or not, and another with one tensor changed', async () => {
  const whole = await openModelFile(builtInModelPath);
  expect(headerHash(whole.header)).toBe(headerHash(model.header));
  const tensors = model.header.tensors.map((tensor, index) =>
    index === 0 ? { ...tensor, type: 8 } : tensor,
  );
  expect(headerHash({ ...model.header, tensors })).not.toBe(headerHash(model.header));
});

test('the version is that of the engine library that is installed', async () => {
  const path = join(import.meta.dirname, '../../../../node_modules/node-llama-cpp/package.json');
  const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
  expect(ENGINE_VERSION).toBe(version);
});
