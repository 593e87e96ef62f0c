import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { entryFile } from '../../src-main/services/entry-files.ts';
import { runProbe } from '../../src-main/services/engine-host/probe.ts';
import { HardwareService } from '../../src-main/services/hardware/hardware.ts';
import { actualDevices } from '../../src-main/services/accuracy/actual-memory.ts';
import { LedgerService } from '../../src-main/services/ledger/ledger-service.ts';
import { silentLogger as log } from '../../src-main/services/logging/logger.ts';
import { builtInModel, EngineBench, fakeModel, settings } from '../helpers/fake-engine/engine-bench.ts';
import { predictedDevice } from '../helpers/load-records.ts';
import { hasSoftwareVulkan } from '../helpers/software-vulkan.ts';

const model = { path: builtInModel, identity: 'built-in', name: 'tiny', modelId: null };

let bench: EngineBench;
beforeEach(() => (bench = new EngineBench()));
afterEach(async () => {
  vi.unstubAllEnvs();
  await bench.end();
});

test.runIf(process.platform === 'linux')(
  'the real engine appears in main memory, and leaves it',
  async () => {
    const host = bench.start({ childEntry: entryFile('engine-child') });
    const { memory } = await host.ensureLoaded(model, { ...settings, threads: 1 });
    const devices = actualDevices([predictedDevice('Memory')], memory);
    let loaded = true;
    const hardware = new HardwareService({ runProbe, log });
    const ledger = new LedgerService({
      hardware,
      host,
      model: () => (loaded ? { name: 'tiny', devices } : null),
    });
    const main = (await ledger.current()).devices.at(-1);
    expect(main?.kvCacheBytes).toBe(memory.cache.cpuBytes);
    // Each of the weights was read by the test token, all but most of the embeddings.
    expect(main?.weightsBytes).toBeGreaterThan(memory.weights.cpuBytes / 2);
    expect(main?.computeBytes).toBeGreaterThan(0);
    await host.unload();
    loaded = false;
    expect((await ledger.current()).devices.at(-1)).toMatchObject({ weightsBytes: 0, computeBytes: 0 });
  },
);

test('a hung engine costs the ledger half a second, once', async () => {
  const host = bench.start();
  await host.ensureLoaded(fakeModel(), settings);
  expect(await host.gpuFreeBytes()).toBe(12_345);
  const { pid } = host.status;
  process.kill(pid ?? 0, 'SIGSTOP');
  const startedAt = performance.now();
  expect([await host.gpuFreeBytes(), await host.gpuFreeBytes()]).toEqual([null, null]);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  process.kill(pid ?? 0, 'SIGCONT');
  await expect.poll(() => host.gpuFreeBytes()).toBe(12_345);
});

test.skipIf(!hasSoftwareVulkan())('a card is asked while the model is on it', async () => {
  vi.stubEnv('GGML_VK_VISIBLE_DEVICES', '0');
  const host = bench.start({ childEntry: entryFile('engine-child') });
  const hardware = new HardwareService({ runProbe, log });
  const [gpu] = (await hardware.snapshot({ refresh: false })).gpus;
  const { memory } = await host.ensureLoaded(model, {
    ...settings,
    gpuLayers: 9,
    flashAttention: true,
    threads: 1,
  });
  const devices = actualDevices([predictedDevice(gpu?.name ?? ''), predictedDevice('Memory')], memory);
  const ledger = new LedgerService({ hardware, host, model: () => ({ name: 'tiny', devices }) });
  const [card] = (await ledger.current()).devices;
  expect(card).toMatchObject({ name: gpu?.name, kvCacheBytes: memory.cache.gpuBytes });
  expect(card?.freeBytes).toBeGreaterThan(0);
});
