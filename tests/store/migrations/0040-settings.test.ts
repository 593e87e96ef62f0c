import { expect, test } from 'vitest';
import { openStore, temporaryFolder } from '../helpers.ts';
import { schemaOf, writeDatabaseOf } from './fixtures.ts';

test('40 adds the settings', async () => {
  const dataDir = temporaryFolder();
  await expect(schemaOf(writeDatabaseOf(40, dataDir))).toMatchFileSnapshot('schema-0040.sql');
  expect(await openStore(dataDir).run.getSettings({})).toEqual({ theme: 'dark' });
});
