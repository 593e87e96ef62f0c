import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { totalmem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hardwareSchema } from '../../src-main/contract/hardware.contract.ts';
import { type LoadSettings } from '../../src-main/contract/plan.contract.ts';
import { ProbeError, runProbe } from '../../src-main/services/engine-host/probe.ts';
import { HardwareService } from '../../src-main/services/hardware/hardware.ts';
import { openModelFile } from '../../src-main/services/library/model-file.ts';
import { silentLogger as log } from '../../src-main/services/logging/logger.ts';
import { PlannerService } from '../../src-main/services/planner/planner.ts';
import { builtInModelPath, oneBillionShape, writeSyntheticGguf } from '../helpers/synthetic-gguf.ts';

const MIB = 2 ** 20;
let folder: string;
/** Its snapshot is taken once for all tests that only need one. */
const thisMachine = new HardwareService({ runProbe, log });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-probe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const onCpu: LoadSettings = {
  gpuLayers: 0,
  contextSize: 2048,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 1,
};

describe('hardware', () => {
  test('the snapshot of this machine is whole and taken once', async () => {
    const probe = vi.fn(runProbe);
    const hardware = new HardwareService({ runProbe: probe, log });
    const [first, second] = await Promise.all([
      hardware.snapshot({ refresh: false }),
      hardware.snapshot({ refresh: true }),
    ]);
    expect(second).toBe(first);
    expect(await hardware.snapshot({ refresh: false })).toBe(first);
    expect(probe).toHaveBeenCalledTimes(1);
    expect(hardwareSchema.parse(first)).toEqual(first);
    expect(first.memory.totalBytes).toBeLessThanOrEqual(totalmem());
    expect(first.memory.availableBytes).toBeGreaterThan(0);
    expect(first.cpu.physicalCores ?? 1).toBeLessThanOrEqual(first.cpu.logicalCores);
    expect(first.cpu.features).not.toEqual([]);
    expect(first.cpu.ggmlVariant).toMatch(/^[\w.]+$/);
    expect(await hardware.snapshot({ refresh: true })).not.toBe(first);
    expect(hardware.generation).toBe(2);
  });

  test('a probe that dies costs the GPU list and nothing else', async () => {
    const reason = 'it was ended by the system (signal SIGSEGV)';
    const hardware = new HardwareService({
      runProbe: (method) => Promise.reject(new ProbeError(method, reason, undefined)),
      log,
    });
    const snapshot = await hardware.snapshot({ refresh: false });
    expect(snapshot.gpus).toEqual([]);
    expect(snapshot.cpu.ggmlVariant).toBeNull();
    expect(snapshot.memory.availableBytes).toBeGreaterThan(0);
    expect(snapshot.problems).toContain(
      `GPUs could not be looked for: ${reason}. Models run on the processor.`,
    );
  });
});

describe('simulate', () => {
  const ask = (path: string, candidates: LoadSettings[]) =>
    runProbe('simulate', { path, candidates }, { log });

  test('the built-in model, to the byte where that is known', async () => {
    const { simulations, gpuFreeBytes } = await ask(builtInModelPath, [
      onCpu,
      { ...onCpu, contextSize: 1024 },
      { ...onCpu, cacheTypeK: 'q8_0', cacheTypeV: 'q8_0' },
    ]);
    expect(gpuFreeBytes).toBeNull();
    const contexts = simulations.map((simulation) => {
      if ('impossible' in simulation) throw new Error(simulation.impossible);
      expect(simulation.gpu).toBeNull();
      // Seven million weights of two bytes; the header is not loaded.
      expect(simulation.cpu.weightsBytes).toBe(14_697_472);
      return simulation.cpu.contextBytes;
    });
    const [f16 = 0, half = 0, q8 = 0] = contexts;
    // 8 layers × 2048 cells × 256 values × 2 bytes of cache; buffers come on top.
    expect(f16).toBeGreaterThan(8 * MIB);
    expect(f16).toBeLessThan(32 * MIB);
    expect(half).toBeLessThan(f16);
    expect(q8).toBeLessThan(f16);
  });

  test('what cannot be is said, instead of the older formulas being used', async () => {
    const { simulations } = await ask(builtInModelPath, [
      { ...onCpu, flashAttention: false, cacheTypeK: 'q8_0', cacheTypeV: 'q8_0' },
      onCpu,
    ]);
    expect(simulations).toEqual([
      { impossible: 'Failed to create context' },
      { cpu: expect.anything() as unknown, gpu: null },
    ]);
  });
});

describe('the planned memory is what the process takes', () => {
  const worker = join(import.meta.dirname, 'probe-memory-worker.ts');
  const isLinux = process.platform === 'linux';

  async function planAndMeasure(path: string): Promise<{ planned: number; measured: number }> {
    const planner = new PlannerService({ hardware: thisMachine, runProbe, cacheDir: folder, log });
    const { variants } = await planner.plan({ model: await openModelFile(path), contextSize: 512 });
    const [variant] = variants;
    const planned = variant?.memory.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0) ?? 0;
    const { stdout } = await promisify(execFile)(process.execPath, [worker, path, JSON.stringify(variant)]);
    return { planned, measured: Number(stdout) };
  }

  test.runIf(isLinux)('the built-in model', async () => {
    const { planned, measured } = await planAndMeasure(builtInModelPath);
    expect(Math.abs(planned - measured)).toBeLessThan(64 * MIB);
  });

  // Q4_0 is rearranged where the CPU has AVX2 or NEON with dot product and then held twice, Q6_K on x86 only where it has AMX.
  test.runIf(isLinux).each(['Q4_0', 'Q6_K'])('a model of 0.2 billion weights in %s', async (type) => {
    const shape = { ...oneBillionShape, layers: 3, vocabulary: 8192, type };
    const path = await writeSyntheticGguf(folder, shape);
    const { planned, measured } = await planAndMeasure(path);
    expect(measured).toBeGreaterThan((await stat(path)).size);
    expect(Math.abs(planned - measured)).toBeLessThan(64 * MIB);
    await rm(path);
  });
});

describe('planner', () => {
  test('without a working probe it calculates by formula, and says so', async () => {
    const broken: typeof runProbe = (method) =>
      Promise.reject(new ProbeError(method, 'it stopped', undefined));
    const hardware = new HardwareService({ runProbe: broken, log });
    const planner = new PlannerService({ hardware, runProbe: broken, cacheDir: join(folder, 'none'), log });
    const { pick, variants } = await planner.plan({ model: await openModelFile(builtInModelPath) });
    expect(pick).toBe(0);
    expect(variants[0]?.fits).toBe('cpu');
    expect(variants[0]?.threads).toBeGreaterThanOrEqual(1);
    expect(variants[0]?.reasons).toEqual(
      expect.arrayContaining([
        "The memory was calculated from the file's header.",
        expect.stringContaining('has not been measured yet') as unknown,
      ]),
    );
  });

  test('a context that was asked for is kept within what the model was trained for', async () => {
    const planner = new PlannerService({ hardware: thisMachine, runProbe, cacheDir: folder, log });
    const model = await openModelFile(builtInModelPath);
    const sizes = [];
    for (const contextSize of [1000, 1_000_000]) {
      sizes.push((await planner.plan({ model, contextSize })).variants[0]?.contextSize);
    }
    expect(sizes).toEqual([1000, 2048]);
  });
});

/** Mesa's software GPU, which ggml uses only when it is named. */
function hasSoftwareVulkan(): boolean {
  if (process.platform !== 'linux') return false;
  const found = execFileSync('sh', ['-c', 'ls /usr/share/vulkan/icd.d/*lvp* 2>/dev/null || true'], {
    encoding: 'utf8',
  });
  return found.trim() !== '';
}

describe.skipIf(!hasSoftwareVulkan())('a Vulkan device (Mesa llvmpipe, package mesa-vulkan-drivers)', () => {
  test('is listed honestly, simulated and planned for when it is asked for', async () => {
    vi.stubEnv('GGML_VK_VISIBLE_DEVICES', '0');
    const hardware = new HardwareService({ runProbe, log });
    const { gpus, problems } = await hardware.snapshot({ refresh: false });
    expect(gpus).toEqual([
      {
        name: expect.stringContaining('llvmpipe') as unknown,
        backend: 'vulkan',
        totalBytes: expect.any(Number) as unknown,
        freeBytes: expect.any(Number) as unknown,
        unified: expect.any(Boolean) as unknown,
      },
    ]);
    expect(gpus[0]?.totalBytes).toBeGreaterThan(0);
    expect(gpus[0]?.freeBytes).toBeLessThanOrEqual(gpus[0]?.totalBytes ?? 0);
    expect(problems.join()).toContain('made of software');

    const halves = [0, 4, 9].map((gpuLayers) => ({ ...onCpu, gpuLayers }));
    const result = await runProbe('simulate', { path: builtInModelPath, candidates: halves }, { log });
    const gpuBytes = result.simulations.map((simulation) =>
      'impossible' in simulation ? -1 : (simulation.gpu?.weightsBytes ?? -1),
    );
    expect(result.gpuFreeBytes).toBeGreaterThan(0);
    expect(gpuBytes[0]).toBe(0);
    expect(gpuBytes[1]).toBeGreaterThan(0);
    expect(gpuBytes[2]).toBeGreaterThan(gpuBytes[1] ?? 0);

    const planner = new PlannerService({ hardware, runProbe, cacheDir: folder, log });
    const { variants } = await planner.plan({ model: await openModelFile(builtInModelPath) });
    expect(variants[0]).toMatchObject({ fits: 'gpu', gpuLayers: 9, totalLayers: 9 });
    expect(variants[0]?.memory.devices.map(({ name }) => name)).toEqual([gpus[0]?.name, 'Memory']);
    vi.unstubAllEnvs();
  });

  test('is not offered by itself', async () => {
    const { gpus } = await new HardwareService({ runProbe, log }).snapshot({ refresh: false });
    expect(gpus.filter(({ name }) => name.includes('llvmpipe'))).toEqual([]);
  });
});
