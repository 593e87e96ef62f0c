import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Store } from '../../src-main/services/store/store.ts';
import { createChat, openStore, problemOf, temporaryFolder } from './helpers.ts';

describe('the store', () => {
  test('starts its thread with the first call, and loads no native module before', async () => {
    const child = join(import.meta.dirname, 'importing-child.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [child, temporaryFolder()]);
    const { imported, called } = JSON.parse(stdout) as { imported: string[]; called: string[] };
    expect(imported).toEqual([]);
    expect(called).toEqual([expect.stringContaining('better-sqlite3')]);
  });

  test('makes no file before the first call, and opens once for many at the same time', async () => {
    const dataDir = join(temporaryFolder(), 'deep', 'down');
    const store = openStore(dataDir);
    expect(existsSync(dataDir)).toBe(false);
    const chats = await Promise.all(Array.from({ length: 20 }, (_, index) => createChat(store, index)));
    expect(new Set(chats.map(({ id }) => id)).size).toBe(20);
  });

  test('can be handed out by an async function', async () => {
    const store = openStore();
    const run = await Promise.resolve(store.run);
    expect(await run.listChats({})).toEqual([]);
  });

  test('finishes the calls before closing, leaves one file, and refuses later ones', async () => {
    const dataDir = temporaryFolder();
    const store = openStore(dataDir);
    const calls = Array.from({ length: 10 }, () => createChat(store));
    await Promise.all([store.close(), store.close()]);
    expect(await Promise.all(calls)).toHaveLength(10);
    expect(readdirSync(dataDir)).toEqual(['nibble.db']);
    expect(await problemOf(createChat(store))).toMatchObject({
      code: 'store.failed',
      why: expect.stringContaining('closing') as string,
    });
    expect(await openStore(dataDir).run.listChats({})).toHaveLength(10);
  });

  test('may be closed without having been used', async () => {
    const dataDir = temporaryFolder();
    await openStore(dataDir).close();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('fails the calls of a thread that died, and the next one starts another', async () => {
    const dataDir = temporaryFolder();
    const workerFile = join(import.meta.dirname, 'fragile-worker.ts');
    const store = new Store({ dataDir, workerFile });
    onTestFinished(() => store.close());
    const chat = await createChat(store);
    const deadly = problemOf(store.run.touchModel({ modelId: 666, now: 1 }));
    const behind = problemOf(store.run.renameChat({ chatId: chat.id, title: 'lost, and known to be' }));
    expect((await deadly).code).toBe('store.failed');
    expect((await behind).code).toBe('store.failed');
    expect(await store.run.getChat({ chatId: chat.id })).toEqual(chat);
    expect(await createChat(store)).toMatchObject({ id: chat.id + 1 });
  });

  test('logs slow calls by name and duration, and nothing of their content', async () => {
    const lines: { message: string; facts: Record<string, unknown> }[] = [];
    const keep = (message: string, facts: Record<string, unknown>) => lines.push({ message, facts });
    const store = openStore(temporaryFolder(), { info: keep, warn: keep });
    const { id: chatId } = await createChat(store);
    lines.length = 0;
    const text = Array.from({ length: 400_000 }, (_, index) => `word${String(index)}`).join(' ');
    await store.run.addTurn({ chatId, text, modelName: null, now: 1 });
    expect(lines).toEqual([
      {
        message: 'a call to the database was slow',
        facts: { operation: 'addTurn', durationMs: expect.any(Number) as number },
      },
    ]);
  });

  test('an operation that cannot be carried out is a problem, not a crash', async () => {
    const store = openStore();
    const run = store.run as unknown as Record<string, (args: unknown) => Promise<unknown>>;
    expect((await problemOf(run.noSuchOperation?.({}) ?? Promise.resolve())).code).toBe('store.failed');
    const wrong = run.createChat?.({ title: null }) ?? Promise.resolve();
    expect((await problemOf(wrong)).code).toBe('store.failed');
    expect(await createChat(store)).toMatchObject({ title: 'New chat' });
  });
});
