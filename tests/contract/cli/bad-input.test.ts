import { chmod, mkdir, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ggmlTypeId } from '../../../src-main/domain/gguf/ggml-types.ts';
import { layOutGguf, type MetadataEntry } from '../../../src-main/domain/gguf/writer.ts';
import { tensorsOf } from '../../helpers/gguf-shapes.ts';
import { builtInModelPath, syntheticMetadata, tinyShape } from '../../helpers/synthetic-gguf.ts';
import { runCli } from './run-cli.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nibble-cli-bad-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

/** What a person reads when `command` meets the file that `make` puts at a path. */
async function complaint(
  command: 'plan' | 'chat',
  make: (path: string) => Promise<unknown>,
): Promise<string> {
  const path = join(dir, `ein Modell ü ${Math.random().toString(36).slice(2)}.gguf`);
  await make(path);
  const args = command === 'plan' ? ['plan', path] : ['chat', '--model', path, '--prompt', 'Hello'];
  const { ended, stdout, stderr } = await runCli([...args, '--json', '--data-dir', join(dir, 'data')]);
  expect({ ended, stdout }).toEqual({ ended: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/\bat \S+:\d+:\d+|node:internal/);
  return stderr;
}

async function headerOnly(path: string, architecture: string, tensors = true): Promise<void> {
  const metadata = await syntheticMetadata(tinyShape);
  const renamed = metadata.map((entry): MetadataEntry =>
    entry.key === 'general.architecture'
      ? { key: entry.key, type: 'str', value: architecture }
      : { ...entry, key: entry.key.replace(/^llama\./, `${architecture}.`) },
  );
  const shapes = tensorsOf(tinyShape).map((tensor) => ({ ...tensor, type: ggmlTypeId('F32') }));
  const layout = layOutGguf(renamed, tensors ? shapes : []);
  await writeFile(path, layout.headerBytes);
  await truncate(path, layout.fileSizeBytes);
}

describe.each(['plan', 'chat'] as const)('%s refuses in one line', (command) => {
  it.each([
    [
      'a file of another kind',
      (path: string) => writeFile(path, 'PK\u0003\u0004 zip'),
      /is not a GGUF model/,
    ],
    ['an empty file', (path: string) => writeFile(path, ''), /is empty/],
    [
      'a folder',
      (path: string) => mkdir(path),
      /is a folder, not a model file|The folder .* holds no models/,
    ],
    ['nothing', () => Promise.resolve(), /There is no file at/],
    ['a vocabulary', (path: string) => headerOnly(path, 'llama', false), /holds only a vocabulary/],
    ['an unknown kind', (path: string) => headerOnly(path, 'llama9000'), /"llama9000" is not known/],
  ])('%s', async (_, make, sentence) => {
    expect(await complaint(command, make)).toMatch(sentence);
  });
});

it('refuses a file that was cut off', async () => {
  const whole = await readFile(builtInModelPath);
  const cut = await complaint('chat', (path) => writeFile(path, whole.subarray(0, whole.length / 2)));
  expect(cut).toMatch(/is incomplete.*Download or copy the model again/);
});

it.skipIf(process.getuid?.() === 0)('refuses a file it may not read (root may read everything)', async () => {
  const make = async (path: string) => {
    await writeFile(path, 'x');
    await chmod(path, 0);
  };
  expect(await complaint('plan', make)).toMatch(/may not read/);
});

describe('a model that cannot fit', () => {
  // 512 layers with a cache of 64 MiB each: 32 GiB at the smallest context, whatever is done with the weights.
  const width = 65_536;
  const shape = {
    ...tinyShape,
    layers: 512,
    embeddingLength: width,
    heads: width / 128,
    headsKv: width / 128,
    headSize: 128,
    feedForward: 1024,
  };

  async function writeHuge(path: string): Promise<void> {
    const shapes = tensorsOf(shape).map((tensor) => ({
      ...tensor,
      type: ggmlTypeId(tensor.role === 'matrix' ? 'Q4_0' : 'F32'),
    }));
    const layout = layOutGguf(await syntheticMetadata(shape), shapes);
    await using file = await open(path, 'w');
    await file.write(layout.headerBytes, 0, layout.headerBytes.length, 0);
    await file.truncate(layout.fileSizeBytes);
  }

  it.skipIf(totalmem() > 30 * 2 ** 30)(
    'is refused with what it needs (on machines up to 30 GiB)',
    async () => {
      const refusal = await complaint('chat', writeHuge);
      expect(refusal).toMatch(
        /does not fit on this computer.*needs about [\d.]+ GiB.*[\d.]+ GiB can be used here/,
      );
    },
  );
});
