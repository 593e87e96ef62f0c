import { mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineFile, Plan, PlanVariant } from '../../../src-main/contract/plan.contract.ts';
import { planSchema } from '../../../src-main/contract/plan.contract.ts';
import { ggmlTypeId } from '../../../src-main/domain/gguf/ggml-types.ts';
import type { MetadataEntry } from '../../../src-main/domain/gguf/writer.ts';
import { ggufBytes } from '../../helpers/gguf-bytes.ts';
import { hubModel } from '../../helpers/hub/hub-models.ts';
import { HubServer } from '../../helpers/hub/hub-server.ts';
import { realModel, type RealModel } from '../../helpers/real-models.ts';
import { writeSparseGguf } from '../../helpers/sparse-gguf.ts';
import { runCli, startCli } from './run-cli.ts';

const GIB = 2 ** 30;
const files = [
  ['F16', 'F16'],
  ['Q8_0', 'Q8_0'],
  ['Q4_K_M', 'Q4_K'],
  ['Q2_K', 'Q2_K'],
] as const;

const laptop: MachineFile = {
  os: { platform: 'linux', name: 'Linux', release: '6', arch: 'x64' },
  cpu: {
    model: 'AMD Ryzen 7 5800H',
    physicalCores: 8,
    logicalCores: 16,
    features: ['AVX2'],
    ggmlVariant: 'haswell',
  },
  memory: { totalBytes: 16 * GIB, availableBytes: 12 * GIB },
  gpus: [
    {
      name: 'NVIDIA GeForce RTX 3060 Laptop GPU',
      backend: 'cuda',
      totalBytes: 6 * GIB,
      freeBytes: 5 * GIB,
      unified: false,
    },
  ],
  power: { source: 'mains', batteryPercent: null },
  problems: [],
};

let dir: string;
let models: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nibble-table-'));
  models = join(dir, 'Modèles à moi');
  await mkdir(models);
  for (const [label, type] of files) {
    const written = await writeSparseGguf(models, realModel('Llama-3.1-8B'), type);
    await rename(written, join(models, `Llama-3.1-8B-${label}.gguf`));
  }
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

async function machineFile(machine: unknown): Promise<string> {
  const path = join(dir, `machine-${Math.random().toString(36).slice(2)}.json`);
  await writeFile(path, JSON.stringify(machine));
  return path;
}

const plan = (...args: string[]) => runCli(['plan', ...args, '--data-dir', join(dir, 'data')]);

async function planned(...args: string[]): Promise<Plan> {
  const { ended, stdout, stderr } = await plan(...args, '--json');
  expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
  return planSchema.parse(JSON.parse(stdout));
}

async function complaint(...args: string[]): Promise<string> {
  const { ended, stdout, stderr } = await plan(...args, '--json');
  expect({ ended, stdout }).toEqual({ ended: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr;
}

function shown({ variants, pick }: Plan) {
  return variants.map(({ label, fits, contextSize, cacheTypeK }, index) =>
    [index === pick ? '>' : ' ', label, fits, contextSize, cacheTypeK].join(' '),
  );
}

describe('a folder', () => {
  it('is a table for another machine, with memory by device, speed and quality', async () => {
    const table = await planned(models, '--machine', await machineFile(laptop));
    expect(shown(table)).toEqual([
      '  F16 no 8192 f16',
      '  Q2_K gpu 8192 f16',
      '> Q4_K_M partial 8192 f16',
      '  Q8_0 partial 8192 f16',
    ]);
    const pick = table.variants[table.pick ?? -1];
    expect(pick).toMatchObject({
      file: 'Llama-3.1-8B-Q4_K_M.gguf',
      totalLayers: 33,
      speed: { basis: 'modelled' },
      quality: { source: expect.stringContaining('LLaMA 3') },
    });
    expect(pick?.memory.devices.map(({ name }) => name)).toEqual([laptop.gpus[0]?.name, 'Memory']);
    expect(table.why).toMatch(/^Q4_K_M .* The next better one, Q8_0 .* The next smaller, Q2_K/);
  });

  it('plans what a person fixes', async () => {
    const machine = await machineFile(laptop);
    const wishes = ['--context', '4096', '--cache-k', 'q8_0', '--reserve-mib', '100', '--min-speed', '1'];
    const { variants } = await planned(models, ...wishes, '--machine', machine);
    for (const { contextSize, cacheTypeK, cacheTypeV } of variants)
      expect({ contextSize, cacheTypeK, cacheTypeV }).toEqual({
        contextSize: 4096,
        cacheTypeK: 'q8_0',
        cacheTypeV: 'q8_0',
      });
  });

  it('is planned for this computer, and readable without --json', async () => {
    const { ended, stdout } = await plan(models);
    expect(ended).toBe(0);
    expect(stdout).toMatch(/^ +Level +Bits +Size +Fits .*\n(.*Llama-3\.1-8B-.*\.gguf\n){4}\n\S/);
  });

  it('that holds one file gives it the settings that the file gets by itself', async () => {
    const folder = join(dir, 'one file');
    await mkdir(folder);
    const path = await writeSparseGguf(folder, realModel('Qwen3-0.6B'), 'Q8_0');
    // What free memory and speed leave to choose may differ from one moment to the next.
    const wish = ['--context', '4096'];
    const [inFolder, alone] = [await planned(folder, ...wish), await planned(path, ...wish)];
    const settings = ({ variants }: Plan) => {
      const { fits, gpuLayers, contextSize, flashAttention, cacheTypeK, cacheTypeV, batchSize, quality } =
        variants[0] ?? ({} as PlanVariant);
      return { fits, gpuLayers, contextSize, flashAttention, cacheTypeK, cacheTypeV, batchSize, quality };
    };
    expect(settings(inFolder)).toEqual(settings(alone));
    expect([inFolder.pick, alone.pick]).toEqual([0, 0]);
    const basis = ({ variants }: Plan) =>
      variants[0]?.reasons.find((reason) => reason.startsWith('The memory was'));
    expect(basis(inFolder)).toBe("The memory was calculated from the file's header.");
    expect(basis(alone)).toBe('The memory was calculated by llama.cpp itself, on this computer.');
  });

  it('keeps the row of a file that is cut off, with the reason', async () => {
    const folder = join(dir, 'with a damaged one');
    await mkdir(folder);
    await writeSparseGguf(folder, realModel('Llama-3.2-1B'), 'Q8_0');
    const cut = await writeSparseGguf(folder, realModel('Llama-3.2-1B'), 'Q4_K');
    await truncate(cut, 5000);
    const table = await planned(folder, join(dir, 'missing.gguf'), '--machine', await machineFile(laptop));
    expect(table.pick).toBe(1);
    expect(table.variants.map(({ fits, reasons }) => [fits, reasons[0]])).toEqual([
      ['no', expect.stringContaining('is incomplete')],
      ['gpu', expect.any(String)],
      ['no', expect.stringContaining('There is no file at')],
    ]);
  });
});

describe('what is loaded beside a model', () => {
  it('is counted', async () => {
    const machine = await machineFile(laptop);
    const file = join(models, 'Llama-3.1-8B-Q2_K.gguf');
    const draft = await writeSparseGguf(dir, realModel('Qwen3-0.6B'), 'Q8_0');
    const adapter = join(dir, 'adapter.gguf');
    await writeFile(
      adapter,
      ggufBytes(
        [
          { key: 'general.type', type: 'str', value: 'adapter' },
          { key: 'general.architecture', type: 'str', value: 'llama' },
        ],
        [{ name: 'blk.31.attn_q.weight.lora_a', dimensions: [4096, 16], type: ggmlTypeId('F16') }],
      ),
    );
    const needed = async (...args: string[]) => {
      const { variants } = await planned(file, '--machine', machine, '--cache-k', 'f16', ...args);
      const devices = variants[0]?.memory.devices ?? [];
      return devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
    };
    const alone = await needed();
    expect(await needed('--adapter', adapter, '--adapter', adapter)).toBe(alone + 2 * 4096 * 16 * 2);
    expect(await needed('--draft', draft)).toBeGreaterThan(alone + 2 ** 29);
    expect(await complaint(file, '--machine', machine, '--adapter', draft)).toContain('it is not an adapter');
  });
});

describe('files that are wrong', () => {
  it('are named by what is wrong, and the one that is whole is planned', async () => {
    const folder = join(dir, 'wrong ones');
    await mkdir(folder);
    const model = realModel('Llama-3.2-1B');
    const write = async (name: string, keys: Partial<RealModel['keys']>) => {
      const present = Object.entries({ ...model.keys, ...keys }).filter(([, value]) => value !== undefined);
      await writeSparseGguf(
        folder,
        { ...model, name, keys: Object.fromEntries(present) as RealModel['keys'] },
        'Q8_0',
      );
    };
    await write('a-too-many-layers', { block_count: 400 });
    await write('b-too-few-layers', { block_count: 8 });
    await write('c-absurd-heads', { 'attention.head_count': 2 ** 31 });
    await write('d-no-width', { embedding_length: undefined });
    await write('e-absurd-context', { context_length: 0 });
    await write('f-whole', {});
    const split = Object.entries({ 'split.no': 0, 'split.count': 2, 'split.tensors.count': 2 }).map(
      ([key, value]): MetadataEntry => ({ key, type: 'u16', value }),
    );
    await writeFile(join(folder, 'g-part-00001-of-00002.gguf'), ggufBytes(split, []));
    const { variants, pick } = await planned(folder, '--machine', await machineFile(laptop));
    const telling = (what: string): unknown => expect.stringContaining(what);
    expect(variants.map(({ fits, reasons }) => (fits === 'no' ? reasons[0] : fits))).toEqual([
      telling('llama.block_count is missing, makes no sense or does not agree with the tensors'),
      telling('llama.block_count is missing, makes no sense or does not agree with the tensors'),
      telling('llama.attention.head_count: 2147483648 is not a whole number between 0 and 2048'),
      telling('llama.embedding_length: it is missing'),
      telling('llama.context_length: 0 is not a whole number between 1 and'),
      'gpu',
      telling('g-part-00002-of-00002.gguf'),
    ]);
    expect(pick).toBe(5);
  });
});

describe('a machine file', () => {
  it('may say how fast its memory is', async () => {
    const file = join(models, 'Llama-3.1-8B-Q4_K_M.gguf');
    const speedAt = async (bandwidthBytesPerSecond: number) => {
      const machine = await machineFile({
        ...laptop,
        gpus: [],
        bandwidthBytesPerSecond: { Memory: bandwidthBytesPerSecond },
      });
      const { variants } = await planned(file, '--machine', machine);
      return variants[0]?.speed;
    };
    const [slow, fast] = [await speedAt(20e9), await speedAt(80e9)];
    expect(fast?.basis).toBe('given');
    expect((fast?.decodeTokensPerSecond ?? 0) / (slow?.decodeTokensPerSecond ?? 1)).toBeCloseTo(4, 0);
  });

  it('with several GPUs is planned for the one with the most free memory, and that is told', async () => {
    const [card] = laptop.gpus;
    const larger = { ...card, name: 'RTX 4090', totalBytes: 24 * GIB, freeBytes: 23 * GIB };
    const { variants, why } = await planned(
      models,
      '--machine',
      await machineFile({ ...laptop, gpus: [card, larger] }),
    );
    expect(why).toContain('Of its 2 GPUs only RTX 4090, with the most free memory, is planned for.');
    expect(variants.map(({ memory }) => memory.devices[0]?.name)).toEqual(Array(4).fill('RTX 4090'));
  });

  it.each([
    [{ ...laptop, memory: { totalBytes: -1, availableBytes: 0 } }, 'memory.totalBytes: -1 is too small'],
    [{ ...laptop, memory: { totalBytes: 1 } }, 'memory.availableBytes: it is missing'],
    [
      { ...laptop, gpus: [{ ...laptop.gpus[0], freeBytes: 'much' }] },
      'gpus[0].freeBytes: it should be of the type number',
    ],
    [[], 'The file: it should be of the type object'],
  ])('is refused by the field that is wrong (%#)', async (machine, sentence) => {
    expect(await complaint(models, '--machine', await machineFile(machine))).toContain(sentence);
  });

  it('is refused when it is no JSON or not there', async () => {
    expect(await complaint(models, '--machine', join(models, 'Llama-3.1-8B-Q2_K.gguf'))).toContain(
      'it is longer than a machine file can be',
    );
    const broken = join(dir, 'broken.json');
    await writeFile(broken, '{');
    expect(await complaint(models, '--machine', broken)).toContain('it is not JSON');
    expect(await complaint(models, '--machine', join(dir, 'none.json'))).toContain(
      'it cannot be read (ENOENT)',
    );
  });
});

it('refuses what makes no sense', async () => {
  expect(await complaint(models, '--cache-k', 'q9')).toContain('--cache-k: "q9" is no type of cache');
  expect(await complaint('hf:owner')).toContain('hf:owner does not name a repository');
  expect((await plan(models, '--reserve-mib', '-1')).ended).toBe(2);
  expect((await plan(models, '--speed', '1')).ended).toBe(2);
});

it('says that a context beyond the training length is cut', async () => {
  const { variants } = await planned(
    join(models, 'Llama-3.1-8B-Q2_K.gguf'),
    '--context',
    '200000',
    '--machine',
    await machineFile({ ...laptop, memory: { totalBytes: 64 * GIB, availableBytes: 60 * GIB } }),
  );
  expect(variants[0]?.contextSize).toBe(131_072);
  expect(variants[0]?.reasons).toContainEqual(expect.stringContaining('not trained for the 200,000'));
});

it('a repository on the Hub is a table of its levels, read by their headers alone', async () => {
  const levels = await Promise.all(
    ['Q8_0', 'Q4_0'].map((level) => hubModel({ path: `tiny-${level}.gguf`, shape: { type: level } })),
  );
  await using hub = await HubServer.start({ id: 'owner/tiny-GGUF', files: levels });
  const args = ['plan', 'hf:owner/tiny-GGUF', '--json', '--machine', await machineFile(laptop)];
  const environment = { HF_ENDPOINT: hub.endpoint.href };
  const { finished } = startCli([...args, '--data-dir', join(dir, 'data')], undefined, environment);
  const { ended, stdout, stderr } = await finished;
  expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
  const { variants } = planSchema.parse(JSON.parse(stdout));
  expect(variants.map(({ file }) => file).sort()).toEqual(['tiny-Q4_0.gguf', 'tiny-Q8_0.gguf']);
});
