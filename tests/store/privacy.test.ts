import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { defaultChatSettings } from '../../src-main/contract/defaults.ts';
import type { Store } from '../../src-main/services/store/store.ts';
import { createChat, openStore, temporaryFolder } from './helpers.ts';

function modesOf(dataDir: string): Record<string, string> {
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const files = readdirSync(dataDir).map((name) => [name, mode(join(dataDir, name))] as const);
  return { folder: mode(dataDir), ...Object.fromEntries(files) };
}

const privateModes = { folder: '700', 'nibble.db': '600', 'nibble.db-shm': '600', 'nibble.db-wal': '600' };

describe('files', () => {
  test('are for their owner alone, whatever the umask', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    const child = join(import.meta.dirname, 'writing-child.ts');
    const command = `umask 000; exec "$0" "$@"`;
    const args = ['-c', command, process.execPath, child, dataDir, '0', '1'];
    await expect(promisify(execFile)('sh', args)).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect(modesOf(dataDir)).toEqual(privateModes);
  });

  test('that were open to others are closed to them', async () => {
    const dataDir = temporaryFolder();
    const store = openStore(dataDir);
    await createChat(store);
    await store.close();
    chmodSync(dataDir, 0o755);
    chmodSync(join(dataDir, 'nibble.db'), 0o644);
    await createChat(openStore(dataDir));
    expect(modesOf(dataDir)).toEqual(privateModes);
  });
});

describe('what was deleted', () => {
  const words = ['xylotitle', 'xyloprompt', 'xyloquestion', 'xyloanswer', 'xyloreasoning', 'xylohalf'];

  function foundIn(dataDir: string): string[] {
    const bytes = readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name), 'latin1'));
    return words.filter((word) => bytes.some((content) => content.includes(word)));
  }

  async function writeSecrets(store: Store): Promise<number> {
    const { run } = store;
    const { id: chatId } = await createChat(store);
    await run.renameChat({ chatId, title: 'xylotitle' });
    await run.setChatSettings({ chatId, settings: { ...defaultChatSettings, systemPrompt: 'xyloprompt' } });
    for (let turn = 0; turn < 30; turn += 1) {
      const text = `xyloquestion ${'and more '.repeat(300)}`;
      const { answer } = await run.addTurn({ chatId, text, modelName: null, now: turn });
      const messageId = answer.id;
      await run.saveProgress({ messageId, text: 'xylohalf', reasoning: '', status: 'answering' });
      const answered = {
        text: 'xyloanswer '.repeat(200),
        reasoning: 'xyloreasoning',
        status: 'complete',
      } as const;
      await run.finishAnswer({ messageId, ...answered, stats: null, problem: null });
    }
    return chatId;
  }

  test('is in no file after it is purged, neither while Nibble runs nor after', async () => {
    const dataDir = temporaryFolder();
    const store = openStore(dataDir);
    const kept = await createChat(store);
    for (let turn = 0; turn < 10; turn += 1) {
      await store.run.addTurn({ chatId: kept.id, text: 'xylophone music', modelName: null, now: turn });
    }
    const chatId = await writeSecrets(store);
    expect(foundIn(dataDir)).toEqual(words);
    await store.run.deleteChat({ chatId, now: 100 });
    await store.run.purgeDeletedChats({ before: 101 });
    expect(foundIn(dataDir)).toEqual([]);
    expect(await store.run.searchMessages({ query: 'xylo', limit: 20 })).toHaveLength(10);
    await store.close();
    expect(foundIn(dataDir)).toEqual([]);
  });
});
