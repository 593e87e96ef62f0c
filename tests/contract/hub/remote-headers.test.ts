import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';
import { HubClient } from '../../../src-main/services/hub/hub-client.ts';
import { HeaderCache } from '../../../src-main/services/hub/headers/header-cache.ts';
import {
  RemoteHeaders,
  type RefusedHeader,
  type RemoteHeader,
} from '../../../src-main/services/hub/headers/remote-headers.ts';
import { parseHubReference } from '../../../src-main/services/hub/reference.ts';
import { ModelFileCache } from '../../../src-main/services/library/model-file-cache.ts';
import { builtInModelPath } from '../../helpers/synthetic-gguf.ts';
import { hubModel, llama3Vocabulary, splitModel, vocabularyEntries } from '../../helpers/hub/hub-models.ts';
import { HubServer } from '../../helpers/hub/hub-server.ts';
import { servedBytes, servedFromDisk, type ServedFile } from '../../helpers/hub/served-file.ts';

const MIB = 1024 * 1024;
const reference = parseHubReference('hf:owner/Model-GGUF');
const shape = { vocabulary: llama3Vocabulary.tokens };

let folder: string;
let levels: ServedFile[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-hub-'));
  const vocabulary = vocabularyEntries(llama3Vocabulary);
  levels = await Promise.all(
    ['Q4_0', 'Q8_0', 'F16'].map((type) =>
      hubModel({
        path: `Model-${type}.gguf`,
        shape: { ...shape, type },
        vocabulary,
        more: type === 'Q4_0' ? [{ key: 'quantize.imatrix.file', type: 'str', value: 'm.imatrix' }] : [],
      }),
    ),
  );
});

afterAll(() => rm(folder, { recursive: true }));

function headersOf(hub: HubServer, cache?: HeaderCache) {
  const client = new HubClient(new Egress({ endpoint: hub.endpoint }));
  return { client, headers: new RemoteHeaders(client, cache) };
}

describe('headers of a repository', () => {
  it('are read through few ranges, the vocabulary once for all levels', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: levels });
    const { client, headers } = headersOf(hub);
    const repository = await client.repository(reference);
    const read = await headers.readAll(repository);
    expect(read.map(short)).toEqual([
      ['Q4_0', 'read', 128_256],
      ['Q8_0', 'shared', 128_256],
      ['F16', 'shared', 128_256],
    ]);
    expect(hub.sentBytes).toBeLessThan(13 * MIB);
    // Once the list; of the first file the address and four ranges, of the others the address and two.
    expect(hub.requests).toHaveLength(1 + 5 + 2 * 3);
  });

  it('are what reading each in full gives', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: levels });
    const { client, headers } = headersOf(hub);
    const repository = await client.repository(reference);
    const together = await headers.readAll(repository);
    for (const [index, model] of repository.models.entries()) {
      const alone = await headers.read(repository, model);
      expect(alone.origin).toBe('read');
      expect(together[index]).toEqual({ ...alone, origin: expect.any(String) });
    }
  });

  it('are read in full where the vocabulary is another one', async () => {
    const other = await Promise.all(
      [
        // As long, but with other texts; and shorter.
        { path: 'Other-Q4_0.gguf', vocabulary: vocabularyEntries({ ...llama3Vocabulary, seed: 1 }) },
        { path: 'Short-Q5_0.gguf', vocabulary: vocabularyEntries({ ...llama3Vocabulary, merges: 2000 }) },
      ].map((options) => hubModel({ ...options, shape: { ...shape, type: 'Q8_0' } })),
    );
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [...levels, ...other] });
    const { client, headers } = headersOf(hub);
    const read = await headers.readAll(await client.repository(reference));
    expect(new Map(read.map((result) => [result.model.path, short(result)[1]]))).toEqual(
      new Map([
        ['Model-Q4_0.gguf', 'read'],
        ['Model-Q8_0.gguf', 'shared'],
        ['Model-F16.gguf', 'shared'],
        ['Other-Q4_0.gguf', 'read'],
        ['Short-Q5_0.gguf', 'read'],
      ]),
    );
  });

  it('of a file whose tensors do not end where it ends are not concluded from another', async () => {
    const [small, large, largest] = levels;
    if (!small || !large || !largest) throw new Error('no levels');
    const padded = { ...large, sizeBytes: large.sizeBytes + 4096 };
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [small, padded] });
    const { client, headers } = headersOf(hub);
    const read = await headers.readAll(await client.repository(reference));
    expect(read.map((result) => short(result)[1])).toEqual(['read', 'read']);
  });

  it('that cannot be read leave the others alone', async () => {
    const [small] = levels;
    if (!small) throw new Error('no levels');
    const files = [servedBytes('broken.gguf', Buffer.from('GGUF and nothing else')), small];
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files });
    const { client, headers } = headersOf(hub);
    const heard: string[] = [];
    const read = await headers.readAll(await client.repository(reference), {
      onRead: ({ model }) => void heard.push(model.path),
    });
    expect(read.map(short)).toEqual([
      ['broken.gguf', 'model.tooNew'],
      ['Q4_0', 'read', 128_256],
    ]);
    expect(heard.toSorted()).toEqual(['Model-Q4_0.gguf', 'broken.gguf']);
  });

  it('are those of the same file on this computer', async () => {
    const onDisk = await servedFromDisk('nibble-tiny-f16.gguf', builtInModelPath);
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [onDisk] });
    const { client, headers } = headersOf(hub);
    const [remote] = await headers.readAll(await client.repository(reference));
    const local = await new ModelFileCache().open(builtInModelPath);
    if (!remote || !('header' in remote)) throw new Error('not read');
    expect(remote.summary).toEqual(local.summary);
    expect(remote.header.tensors).toEqual(local.header.tensors);
    expect(remote.header.metadata).toEqual(local.header.metadata);
    expect(hub.sentBytes).toBeLessThan(onDisk.sizeBytes);
  });

  it('of a model in parts have the tensors of all', async () => {
    const parts = await splitModel('Split-Q8_0');
    await using hub = await HubServer.start(
      { id: 'owner/Model-GGUF', files: parts },
      { id: 'owner/Torn-GGUF', files: parts.slice(0, 1) },
    );
    const { client, headers } = headersOf(hub);
    const [whole] = await headers.readAll(await client.repository(reference));
    if (!whole || !('header' in whole)) throw new Error('not read');
    expect(whole.header.tensors.length).toBe(whole.header.metadata.get('split.tensors.count'));
    expect(whole.header.fileSizeBytes).toBe(whole.model.sizeBytes);
    const torn = await headers.readAll(await client.repository(parseHubReference('hf:owner/Torn-GGUF')));
    expect(torn).toMatchObject([{ problem: { code: 'model.partMissing' } }]);
  });
});

describe('the cache of headers', () => {
  it('gives back what was read, and asks nobody', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: levels });
    const cacheFolder = join(folder, 'cache');
    const { client, headers } = headersOf(hub, new HeaderCache(cacheFolder));
    const repository = await client.repository(reference);
    const read = await headers.readAll(repository);
    const requests = hub.requests.length;
    const again = await headersOf(hub, new HeaderCache(cacheFolder)).headers.readAll(repository);
    expect(again).toEqual(read.map((result) => ({ ...result, origin: 'cache' })));
    expect(hub.requests).toHaveLength(requests);
    const names = await readdir(cacheFolder);
    expect(names).toHaveLength(levels.length);
    for (const name of names) {
      const { mode, size } = await stat(join(cacheFolder, name));
      expect(mode & 0o777).toBe(0o600);
      expect(size).toBeLessThan(64 * 1024);
    }
  });

  it('does not believe entries that were damaged or exchanged', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: levels });
    const cacheFolder = join(folder, 'damaged');
    const { client, headers } = headersOf(hub, new HeaderCache(cacheFolder));
    const repository = await client.repository(reference);
    await headers.readAll(repository);
    const [first, second, third] = (await readdir(cacheFolder)).map((name) => join(cacheFolder, name));
    if (!first || !second || !third) throw new Error('no entries');
    await writeFile(first, (await readFile(first, 'utf8')).slice(0, -10));
    await writeFile(second, await readFile(third, 'utf8'));
    const again = await headers.readAll(repository);
    expect(again.map((result) => short(result)[1]).toSorted()).toEqual(['cache', 'read', 'shared']);
  });

  it('that cannot be written costs nothing but the time', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: levels.slice(0, 1) });
    const blocked = join(folder, 'a-file');
    await writeFile(blocked, '');
    const { client, headers } = headersOf(hub, new HeaderCache(join(blocked, 'cache')));
    const read = await headers.readAll(await client.repository(reference));
    expect(read.map(short)).toEqual([['Q4_0', 'read', 128_256]]);
  });
});

function short(result: RemoteHeader | RefusedHeader): readonly [string | null, string, number?] {
  return 'problem' in result
    ? [result.model.path, result.problem.code]
    : [result.model.level, result.origin, result.summary.vocabularySize];
}
