import { expect, test } from 'vitest';
import { openStore, temporaryFolder } from '../helpers.ts';
import { schemaOf, writeDatabaseOf } from './fixtures.ts';

test('50 adds loads and their speeds, and notes beside messages', async () => {
  const dataDir = temporaryFolder();
  await expect(schemaOf(writeDatabaseOf(50, dataDir))).toMatchFileSnapshot('schema-0050.sql');
  const store = openStore(dataDir);
  // A load that cannot be read is left out, not an error.
  expect(await store.run.listLoads({})).toEqual([]);
  expect((await store.run.getMessage({ messageId: 2 }))?.notes).toEqual([]);
});
