import { appendFile, copyFile, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelFileCache } from '../../../../src-main/services/library/model-file-cache.ts';
import { writePart } from '../../../helpers/model-files.ts';
import { builtInModelPath } from '../../../helpers/synthetic-gguf.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nibble-cache-'));
  path = join(dir, 'model.gguf');
  await copyFile(builtInModelPath, path);
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('ModelFileCache', () => {
  it('reads a file once, without its vocabulary', async () => {
    const files = new ModelFileCache();
    const file = await files.open(path);
    expect(await files.open(path)).toBe(file);
    expect(file.summary.name).toBe('Nibble Tiny');
    expect(file.header.metadata.has('tokenizer.ggml.tokens')).toBe(false);
    expect(file.header.metadata.get('general.architecture')).toBe('llama');
  });

  it('reads it again when its size or its time of change differs', async () => {
    const files = new ModelFileCache();
    const first = await files.open(path);
    await utimes(path, new Date(1), new Date(1));
    const second = await files.open(path);
    expect(second).not.toBe(first);
    await appendFile(path, new Uint8Array(32));
    expect((await files.open(path)).sizeBytes).toBe(first.sizeBytes + 32);
  });

  it('keeps a split model until one of its parts has changed', async () => {
    const part = (number: number) => join(dir, `split-0000${number}-of-00002.gguf`);
    for (const number of [1, 2]) await writePart(part(number), number, 2);
    const files = new ModelFileCache();
    const first = await files.open(part(1));
    expect(first.parts).toHaveLength(2);
    expect(await files.open(part(1))).toBe(first);
    await utimes(part(2), new Date(), new Date(2030, 0, 1));
    const second = await files.open(part(1));
    expect(second).not.toBe(first);
    expect(await files.open(part(1))).toBe(second);
    await rm(part(2));
    await expect(files.open(part(1))).rejects.toMatchObject({ problem: { code: 'model.partMissing' } });
  });

  it('tells when the file has gone', async () => {
    const files = new ModelFileCache();
    await files.open(path);
    await rm(path);
    await expect(files.open(path)).rejects.toMatchObject({ problem: { code: 'model.notFound' } });
  });
});
