import { expect, test } from 'vitest';
import { openStore, temporaryFolder } from '../helpers.ts';
import { schemaOf, writeDatabaseOf } from './fixtures.ts';

test('60 adds the downloads', async () => {
  const dataDir = temporaryFolder();
  await expect(schemaOf(writeDatabaseOf(60, dataDir))).toMatchFileSnapshot('schema-0060.sql');
  expect(await openStore(dataDir).run.listDownloads({})).toEqual([
    {
      id: 1,
      source: 'hf:owner/name:Q4_K_M',
      path: null,
      state: 'paused',
      place: 3,
      found: { name: 'Old' },
      problem: null,
      modelId: 1,
      addedAt: 9,
      finishedAt: null,
    },
  ]);
});
