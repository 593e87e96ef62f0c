import { expect, test } from 'vitest';
import { openStore, temporaryFolder } from '../helpers.ts';
import { schemaOf, writeDatabaseOf } from './fixtures.ts';

test('10 holds the models', async () => {
  const dataDir = temporaryFolder();
  await expect(schemaOf(writeDatabaseOf(10, dataDir))).toMatchFileSnapshot('schema-0010.sql');
  const { run } = openStore(dataDir);
  expect(await run.getModelByPath({ path: '/models/old.gguf' })).toMatchObject({
    id: 1,
    name: 'Old',
    addedAt: 7,
  });
});
