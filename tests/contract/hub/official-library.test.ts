import { fileDownloadInfo, listFiles, listModels, modelInfo } from '@huggingface/hub';
import { expect, it } from 'vitest';
import { readCard } from '../../../src-main/services/hub/card.ts';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';
import { HubClient } from '../../../src-main/services/hub/hub-client.ts';
import { searchHub } from '../../../src-main/services/hub/search.ts';
import { HubServer, type HubRepositoryFixture } from '../../helpers/hub/hub-server.ts';
import { servedBytes } from '../../helpers/hub/served-file.ts';

/** A second opinion: Hugging Face's own library reads the same server, so neither our reader nor the server has a dialect. */

const repositories = Array.from({ length: 25 }, (_, index): HubRepositoryFixture => ({
  id: `owner/Model-${index}-GGUF`,
  card: `# Model ${index}`,
  // More than a page of its tree.
  files: Array.from({ length: index === 7 ? 60 : 2 }, (__, file) =>
    servedBytes(`part ${file}/Model-${index}-${file}.gguf`, Buffer.alloc(10 + file, index)),
  ),
  ...(index % 5 === 0 && { gated: 'manual' as const }),
  figures: {
    downloads: 1000 - index,
    likes: index,
    trendingScore: (index * 7) % 25,
    lastModified: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
  },
}));
const repo = 'owner/Model-7-GGUF';

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

it.each([
  ['trend', 'trendingScore'],
  ['downloads', 'downloads'],
  ['date', 'lastModified'],
] as const)('a search by %s finds what listModels does, in its order', async (sort, theirs) => {
  await using hub = await HubServer.start(...repositories);
  const egress = new Egress({ endpoint: hub.endpoint });
  const ours = [];
  let cursor: string | undefined;
  do {
    const page = await searchHub(egress, { words: 'model', sort, limit: 10, cursor });
    ours.push(...page.found);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const search = { query: 'model', tags: ['gguf'] };
  const listed = await collect(listModels({ hubUrl: hub.endpoint.origin, search, sort: theirs }));
  expect(
    ours.map(({ repository, downloads, likes, updatedAt, isGated }) => [
      repository,
      downloads,
      likes,
      updatedAt,
      isGated,
    ]),
  ).toEqual(
    listed.map(({ name, downloads, likes, updatedAt, gated }) => [
      name,
      downloads,
      likes,
      updatedAt.getTime(),
      gated !== false,
    ]),
  );
});

it.each([false, true])('files have its sizes and checksums, left to the tree: %s', async (withoutBlobs) => {
  await using hub = await HubServer.start(
    ...repositories.map((repository) => ({ ...repository, withoutBlobs })),
  );
  const { files, commit } = await new HubClient(new Egress({ endpoint: hub.endpoint })).list(repo);
  const theirs = await collect(
    listFiles({ hubUrl: hub.endpoint.origin, repo, recursive: true, revision: commit }),
  );
  expect(
    files
      .filter(({ path }) => path.endsWith('.gguf'))
      .map(({ path, sizeBytes, sha256 }) => [path, sizeBytes, sha256]),
  ).toEqual(theirs.map(({ path, size, lfs }) => [path, size, lfs?.oid]));
  expect(theirs).toHaveLength(60);
});

it('a page and a file are where it looks for them', async () => {
  await using hub = await HubServer.start(...repositories);
  const hubUrl = hub.endpoint.origin;
  const egress = new Egress({ endpoint: hub.endpoint });
  const { info, commit, files } = await new HubClient(egress).list(repo);
  const theirs = await modelInfo({ hubUrl, name: repo, additionalFields: ['sha'] });
  expect([info.id, info.downloads, info.likes, commit]).toEqual([
    theirs.name,
    theirs.downloads,
    theirs.likes,
    theirs.sha,
  ]);
  const [, , model] = files;
  const download = await fileDownloadInfo({ hubUrl, repo, path: model?.path ?? '', revision: commit });
  // Its ETag is the storage's own; the checksum is the listing's.
  expect(download?.size).toBe(model?.sizeBytes);
  expect((await readCard(egress, { repository: repo, commit, isGated: false })).text).toBe('# Model 7');
});
