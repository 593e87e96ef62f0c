import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HeaderCache } from '../../../../../src-main/services/hub/headers/header-cache.ts';
import type { KeptHeader } from '../../../../../src-main/services/hub/headers/header-json.ts';

const kept: KeptHeader = {
  header: {
    ...{ version: 3, alignment: 32, tensors: [], dataOffsetBytes: 4096, fileSizeBytes: 9999 },
    metadata: new Map([['general.architecture', 'llama']]),
    types: new Map([['general.architecture', 'str']]),
  },
  summary: {
    ...{
      name: 'Model',
      architecture: 'llama',
      level: null,
      parameters: 1000,
      bitsPerWeight: 4.5,
      weightsBytes: 563,
    },
    ...{ trainedContext: 8192, layers: 1, embeddingLength: 64, headsKv: [2], headSizeK: 32, headSizeV: 32 },
    ...{ vocabularySize: 2048, chatTemplate: null },
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-header-cache-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Makes everything in the cache an hour older. */
async function age(hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * 3_600_000);
  for (const name of await readdir(folder)) await utimes(join(folder, name), then, then);
}

it('what was not used for longest goes first', async () => {
  const cache = new HeaderCache(folder, { entries: 2, totalBytes: 1e6 });
  await cache.put('a', kept);
  await age(2);
  await cache.put('b', kept);
  expect(await cache.get('a')).toEqual(kept);
  await age(1);
  expect(await cache.get('a')).toEqual(kept);
  await cache.put('c', kept);
  expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([kept, null, kept]);
});

it('stays below its size', async () => {
  const cache = new HeaderCache(folder, { entries: 100, totalBytes: 2000 });
  for (let index = 0; index < 10; index++) await cache.put(`key ${index}`, kept);
  expect((await readdir(folder)).length).toBeLessThan(5);
  expect(await cache.get('key 9')).toEqual(kept);
});

it('does not keep what is longer than any header', async () => {
  const cache = new HeaderCache(folder);
  const long = { ...kept, summary: { ...kept.summary, chatTemplate: 'x'.repeat(5 * 1024 * 1024) } };
  expect(await cache.put('long', long)).toBe(false);
  expect(await readdir(folder)).toEqual([]);
});
