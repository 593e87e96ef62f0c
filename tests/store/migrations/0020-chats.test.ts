import { expect, test } from 'vitest';
import { defaultChatSettings } from '../../../src-main/contract/defaults.ts';
import { openStore, temporaryFolder } from '../helpers.ts';
import { schemaOf, writeDatabaseOf } from './fixtures.ts';

test('20 adds chats and messages', async () => {
  const dataDir = temporaryFolder();
  await expect(schemaOf(writeDatabaseOf(20, dataDir))).toMatchFileSnapshot('schema-0020.sql');
  const { run } = openStore(dataDir);
  expect(await run.getChat({ chatId: 1 })).toEqual({
    id: 1,
    title: 'Old chat',
    createdAt: 7,
    updatedAt: 8,
    modelId: 1,
    // What an older version did not know has its default.
    settings: { ...defaultChatSettings, temperature: 0.1 },
  });
  const path = await run.getPath({ chatId: 1 });
  expect(path.map(({ text }) => text)).toEqual([
    'An old question',
    'An old answer',
    'Another question',
    'Half an ans',
  ]);
});
