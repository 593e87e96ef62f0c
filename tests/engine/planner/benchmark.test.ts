import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Hardware } from '../../../src-main/contract/hardware.contract.ts';
import type { BenchmarkShape } from '../../../src-main/domain/planner/benchmark/model.ts';
import { runProbe, useProbe } from '../../../src-main/services/engine-host/probe.ts';
import type { BenchmarkTask } from '../../../src-main/services/engine-host/protocol.ts';
import { HardwareService } from '../../../src-main/services/hardware/hardware.ts';
import { openModelFile } from '../../../src-main/services/library/model-file.ts';
import { silentLogger as log } from '../../../src-main/services/logging/logger.ts';
import { BenchmarkFiles } from '../../../src-main/services/planner/benchmark-files.ts';
import { PlannerService } from '../../../src-main/services/planner/planner.ts';
import { hasSoftwareVulkan } from '../../helpers/software-vulkan.ts';
import { builtInModelPath } from '../../helpers/synthetic-gguf.ts';

let folder: string;
let files: BenchmarkFiles;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-benchmarks-'));
  files = await BenchmarkFiles.open(folder);
});
afterAll(async () => {
  await files[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const shape: BenchmarkShape = {
  layers: 2,
  width: 256,
  heads: 8,
  headsKv: 2,
  headSize: 32,
  feedForward: 512,
  vocabulary: 320,
  type: 'Q8_0',
};

async function task(change: Partial<BenchmarkTask> = {}): Promise<BenchmarkTask> {
  return {
    modelPath: await files.model(shape),
    onGpu: false,
    threads: 1,
    batchSize: 64,
    flashAttention: true,
    depths: [0],
    past: shape,
    scratchPath: files.scratchPath,
    promptTokens: 0,
    isSampled: false,
    limitMs: 20,
    ...change,
  };
}

describe('a benchmark', () => {
  test('times tokens at every depth, with flash attention and without, and a prompt', async () => {
    const depths = [0, 100, 4000];
    const timings = await useProbe({ log, timeoutMs: 30_000 }, async (ask) => [
      await ask('benchmark', await task({ depths, promptTokens: 64 })),
      await ask('benchmark', await task({ depths, flashAttention: false })),
    ]);
    for (const { tokenSeconds } of timings) {
      expect(tokenSeconds).toHaveLength(3);
      expect(tokenSeconds.every((seconds) => seconds > 0 && seconds < 5)).toBe(true);
    }
    expect(timings.map(({ promptSeconds }) => promptSeconds)).toEqual([expect.any(Number), null]);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('samples as in a chat, and leaves out a prompt where the answer is too slow', async () => {
    const slow = await task({ isSampled: true, promptTokens: 64, giveUpSeconds: 1e-9 });
    const { tokenSeconds, promptSeconds } = await runProbe('benchmark', slow, { log });
    expect([tokenSeconds.length, promptSeconds]).toEqual([1, null]);
  });

  test('keeps its models open where that is wanted', async () => {
    const other = { ...shape, layers: 1 };
    const own = await BenchmarkFiles.open(folder);
    const modelPath = await own.model(shape);
    const again = (keepsOthers: boolean) =>
      useProbe({ log, timeoutMs: 30_000 }, async (ask) => {
        await ask('benchmark', await task({ modelPath, keepsOthers }));
        await ask('benchmark', await task({ modelPath: await files.model(other), keepsOthers }));
        await rename(modelPath, `${modelPath}.away`);
        const asked = await task({ modelPath, keepsOthers, promptTokens: 32 });
        return ask('benchmark', asked).finally(() => rename(`${modelPath}.away`, modelPath));
      });
    expect(await again(true)).toEqual({
      tokenSeconds: [expect.any(Number)],
      promptSeconds: expect.any(Number),
    });
    await expect(again(false)).rejects.toThrow();
    await own[Symbol.asyncDispose]();
  });

  test('whose past does not fit its model is refused, and the process lives on', async () => {
    const wrong = await task({ depths: [50], past: { ...shape, layers: 3 } });
    const right = await task();
    const timing = await useProbe({ log, timeoutMs: 30_000 }, async (ask) => {
      await expect(ask('benchmark', wrong)).rejects.toThrow();
      return ask('benchmark', right);
    });
    expect(timing.tokenSeconds).toHaveLength(1);
  });
});

describe('measuring', () => {
  const hardware = new HardwareService({ runProbe, log });
  // A busy machine takes seconds to start a process.
  const budgets = { calibrationMs: 60_000, calibrationSteps: 3, tuningMs: 2_000 };
  const plannerIn = (cacheDir: string, options: object = {}) =>
    new PlannerService({ hardware, runProbe, cacheDir, log, budgets, ...options });

  test('finds settings and speeds that plans are made with, once', async () => {
    const cacheDir = join(folder, 'measured');
    const model = await openModelFile(builtInModelPath);
    const planner = plannerIn(cacheDir);
    const before = (await planner.plan({ model })).variants[0];
    expect(before?.speed.basis).toBe('modelled');
    expect(before?.reasons.join(' ')).toContain('it has not been measured yet');
    expect(await planner.measure({ models: [model] })).toBe(true);
    expect((await readdir(cacheDir)).filter((name) => name.includes('benchmark'))).toEqual([]);
    for (const known of [planner, plannerIn(cacheDir)]) {
      const [variant] = (await known.plan({ model })).variants;
      expect(variant?.speed.basis).toBe('measured');
      expect(variant?.reasons.join(' ')).toContain('measured here');
    }
  });

  test('without a working probe costs nothing but the figures', async () => {
    const broken: typeof useProbe = () => Promise.reject(new Error('it stopped'));
    const planner = plannerIn(join(folder, 'broken'), { useProbe: broken });
    const model = await openModelFile(builtInModelPath);
    await planner.measure({ models: [model] });
    expect((await planner.plan({ model })).variants[0]?.speed.basis).toBe('modelled');
    expect(await planner.measure({ models: [model] })).toBe(false);
  });

  test.skipIf(!hasSoftwareVulkan())('also measures a graphics card, as far as a slow one comes', async () => {
    vi.stubEnv('GGML_VK_VISIBLE_DEVICES', '0');
    const withCard = new HardwareService({ runProbe, log });
    const planner = new PlannerService({
      hardware: withCard,
      runProbe,
      cacheDir: join(folder, 'vulkan'),
      log,
      // Most of it is for a software device beside other tests; a real one needs a second.
      budgets: { ...budgets, calibrationMs: 150_000, calibrationSteps: 1 },
    });
    await planner.measure();
    const { speed } = await planner.measured(await withCard.snapshot({ refresh: false }));
    expect(speed.devices.map(({ backend, isMeasured }) => [backend, isMeasured])).toEqual([
      ['vulkan', true],
      ['cpu', true],
    ]);
    vi.unstubAllEnvs();
  });

  test('is taken for this machine only', async () => {
    const cacheDir = join(folder, 'measured');
    const here: Hardware = await hardware.snapshot({ refresh: false });
    const there = { ...here, cpu: { ...here.cpu, model: 'Another processor' } };
    const { speed, tuning } = await plannerIn(cacheDir).measured(there);
    expect([speed.basis, tuning.basis]).toEqual(['modelled', 'unknown']);
  });
});
