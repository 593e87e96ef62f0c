import { expect, test } from 'vitest';
import { openStore, temporaryFolder } from '../helpers.ts';
import { schemaOf, writeDatabaseOf } from './fixtures.ts';

test('70 holds the library: folders, programs, files that are no models', async () => {
  const dataDir = temporaryFolder();
  await expect(schemaOf(writeDatabaseOf(70, dataDir))).toMatchFileSnapshot('schema-0070.sql');
  const { run } = openStore(dataDir);
  expect(await run.getModel({ modelId: 1 })).toMatchObject({
    name: 'My model',
    renamed: true,
    state: 'here',
  });
  expect(await run.listModelFolders({})).toEqual(['/models']);
  expect(await run.listModelPrograms({})).toEqual(['ollama']);
  expect(await run.listRefusedFiles({})).toMatchObject([
    { path: '/models/broken.gguf', problem: { code: 'model.notGguf' } },
  ]);
});

test('models of before are read again, to learn what was not noted then', async () => {
  const dataDir = temporaryFolder();
  writeDatabaseOf(40, dataDir);
  const { run } = openStore(dataDir);
  expect(await run.listIndexedFiles({})).toMatchObject([
    { path: '/models/old.gguf', source: 'opened', complete: false },
  ]);
});
