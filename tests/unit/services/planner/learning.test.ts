import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HardwareService, type RunProbe } from '../../../../src-main/services/hardware/hardware.ts';
import { openModelFile } from '../../../../src-main/services/library/model-file.ts';
import { silentLogger as log } from '../../../../src-main/services/logging/logger.ts';
import { PlannerService } from '../../../../src-main/services/planner/planner.ts';
import { builtInModelPath } from '../../../helpers/synthetic-gguf.ts';

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'nibble-learning-'));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

const runProbe: RunProbe = () => Promise.reject(new Error('there is no probe'));
const start = () =>
  new PlannerService({ hardware: new HardwareService({ runProbe, log }), runProbe, cacheDir, log });

test('three real answers correct what the next ones are expected to do, also after a restart', async () => {
  const model = await openModelFile(builtInModelPath);
  const planner = start();
  const [modelled] = (await planner.plan({ model })).variants;
  const { decodeTokensPerSecond: decode, prefillTokensPerSecond: prefill } = modelled?.speed ?? {};
  if (!modelled || !decode || !prefill) throw new Error('no speed was expected');
  for (let answer = 0; answer < 3; answer++) {
    expect((await planner.plan({ model })).variants[0]?.speed).toEqual(modelled.speed);
    await planner.learn({
      model,
      settings: modelled,
      answer: { depth: 512, tokensPerSecond: decode / 2 },
      prompt: { tokens: 512, depth: 0, tokensPerSecond: prefill / 3 },
    });
  }
  for (const known of [planner, start()]) {
    const [variant] = (await known.plan({ model })).variants;
    expect(variant?.speed.basis).toBe('measured');
    expect((variant?.speed.decodeTokensPerSecond ?? 0) / (decode / 2)).toBeCloseTo(1, 1);
    expect((variant?.speed.prefillTokensPerSecond ?? 0) / (prefill / 3)).toBeCloseTo(1, 0);
    expect(variant?.threads).toBe(modelled.threads);
  }
});

test('a folder that cannot be written costs the figures alone', async () => {
  await rm(cacheDir, { recursive: true });
  const model = await openModelFile(builtInModelPath);
  const planner = new PlannerService({
    hardware: new HardwareService({ runProbe, log }),
    runProbe,
    cacheDir: join(builtInModelPath, 'no folder'),
    log,
  });
  const [settings] = (await planner.plan({ model })).variants;
  if (!settings) throw new Error('no plan');
  await planner.learn({ model, settings, answer: { depth: 1, tokensPerSecond: 1 } });
  await planner.dispose();
});
