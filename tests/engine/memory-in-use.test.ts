import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LoadSettings } from '../../src-main/contract/plan.contract.ts';
import { entryFile } from '../../src-main/services/entry-files.ts';
import { ask, builtInModel, EngineBench, settings } from '../helpers/fake-engine/engine-bench.ts';
import { hasSoftwareVulkan } from '../helpers/software-vulkan.ts';

const MIB = 2 ** 20;
const model = { path: builtInModel, identity: 'built-in', name: 'tiny', modelId: null };
const oneThread: LoadSettings = { ...settings, flashAttention: true, threads: 1 };

let bench: EngineBench;
beforeEach(() => (bench = new EngineBench()));
afterEach(() => bench.end());

test('the engine tells what its buffers take, by kind, and how fast it read and wrote', async () => {
  const host = bench.start({ childEntry: entryFile('engine-child') });
  const { memory } = await host.ensureLoaded(model, oneThread);
  // Seven million weights of two bytes, and where the CPU has AMX a second time all of them that are multiplied.
  expect([14_697_472, 14_697_472 + 12 * MIB]).toContain(memory.weights.cpuBytes);
  expect(memory.weights.gpuBytes).toBe(0);
  // 8 layers × 2048 cells × 256 values × 2 bytes.
  expect(memory.cache).toEqual({ cpuBytes: 8 * MIB, gpuBytes: 0 });
  expect(memory.compute.cpuBytes).toBeGreaterThan(MIB);
  expect(memory.compute.cpuBytes).toBeLessThan(32 * MIB);
  expect(memory.gpuFree).toBeNull();
  expect(memory.process.afterBytes - memory.process.beforeBytes).toBeGreaterThan(8 * MIB);

  const long = ask(`Repeat: ${'the clock and the dog '.repeat(20)}`, 8);
  const answer = await host.generate(long, { onProgress: () => undefined });
  expect(answer.prefillTokensPerSecond).toBeGreaterThan(0);
  expect(answer.decodeTokensPerSecond).toBeGreaterThan(0);
  expect(answer.processBytes).toBeGreaterThan(memory.process.beforeBytes);
  // Nothing new was read: too little to tell a speed from.
  expect((await host.generate(long, { onProgress: () => undefined })).prefillTokensPerSecond).toBeNull();
});

test('a quantized cache is told with the size it has', async () => {
  const host = bench.start({ childEntry: entryFile('engine-child') });
  const { memory } = await host.ensureLoaded(model, { ...oneThread, cacheTypeK: 'q8_0', cacheTypeV: 'q8_0' });
  expect(memory.cache.cpuBytes).toBe(4.25 * MIB);
});

test.skipIf(!hasSoftwareVulkan())('on a GPU it tells both sides', async () => {
  vi.stubEnv('GGML_VK_VISIBLE_DEVICES', '0');
  const host = bench.start({ childEntry: entryFile('engine-child') });
  const { memory, settings: used } = await host.ensureLoaded(model, { ...oneThread, gpuLayers: 4 });
  vi.unstubAllEnvs();
  expect(used.gpuLayers).toBe(4);
  expect(memory.cache).toEqual({ cpuBytes: 5 * MIB, gpuBytes: 3 * MIB });
  expect(memory.weights.gpuBytes).toBeGreaterThan(5 * MIB);
  expect(memory.gpuFree?.beforeBytes).toBeGreaterThan(0);
});
