import Database from 'better-sqlite3';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { databasePath } from '../../src-main/services/store/database/database-files.ts';
import { createChat, openStore, problemOf, temporaryFolder } from './helpers.ts';
import { cannotMount, makeReadOnly, makeWritable, mountSmallDisk } from './small-disk.ts';

async function writeLongChat(dataDir: string): Promise<number> {
  const store = openStore(dataDir);
  const { id: chatId } = await createChat(store);
  for (let turn = 0; turn < 100; turn += 1) {
    await store.run.addTurn({ chatId, text: 'some text '.repeat(300), modelName: null, now: turn });
  }
  await store.close();
  return chatId;
}

describe('a place that cannot be written', () => {
  test.skipIf(cannotMount !== null)(
    `a read-only disk${cannotMount === null ? '' : ` (${cannotMount})`}`,
    async () => {
      const dataDir = mountSmallDisk(16 * 1024);
      await writeLongChat(dataDir);
      makeReadOnly(dataDir);
      const store = openStore(dataDir);
      expect(await problemOf(store.open())).toMatchObject({
        code: 'store.notWritable',
        what: `Nibble may not write to ${dataDir}.`,
      });
      makeWritable(dataDir);
      expect(await store.run.listChats({})).toHaveLength(1);
    },
  );

  test('a file where the folder should be', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    writeFileSync(dataDir, 'not a folder');
    expect((await problemOf(openStore(dataDir).open())).code).toBe('store.notWritable');
    expect((await problemOf(openStore(join(dataDir, 'below')).open())).code).toBe('store.notWritable');
  });

  test('a folder where the file should be', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(databasePath(dataDir));
    expect((await problemOf(openStore(dataDir).open())).code).toBe('store.notWritable');
  });
});

describe('a damaged database', () => {
  test('that is no database at all is refused and not touched', async () => {
    const dataDir = temporaryFolder();
    const path = databasePath(dataDir);
    const garbage = Buffer.alloc(20_000, 'This is a letter to grandmother. ');
    writeFileSync(path, garbage);
    const problem = await problemOf(openStore(dataDir).open());
    expect(problem).toMatchObject({
      code: 'store.corrupt',
      todo: expect.stringContaining(join(dataDir, 'backups')) as string,
    });
    expect(readFileSync(path).equals(garbage)).toBe(true);
  });

  test('whose pages are damaged says so, and what is whole can still be read', async () => {
    const dataDir = temporaryFolder();
    const chatId = await writeLongChat(dataDir);
    const path = databasePath(dataDir);
    const db = new Database(path);
    const pageSize = db.pragma('page_size', { simple: true }) as number;
    const pages = db
      .prepare<[], number>(`SELECT pageno FROM dbstat WHERE name = 'messages' AND pagetype = 'leaf'`)
      .pluck()
      .all();
    db.close();
    const file = openSync(path, 'r+');
    for (const page of pages)
      writeSync(file, Buffer.alloc(pageSize, 0xa5), 0, pageSize, (page - 1) * pageSize);
    closeSync(file);
    const size = statSync(path).size;

    const { run } = openStore(dataDir);
    expect((await problemOf(run.getPath({ chatId }))).code).toBe('store.corrupt');
    const turn = run.addTurn({ chatId, text: 'More?', modelName: null, now: 1 });
    expect((await problemOf(turn)).code).toBe('store.corrupt');
    expect(await run.listChats({})).toHaveLength(1);
    expect(statSync(path).size).toBe(size);
  });
});

test('a database that another program keeps locked is a problem in time, and works once it is free', async () => {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  const chat = await createChat(store);
  const other = new Database(databasePath(dataDir));
  other.exec('BEGIN IMMEDIATE');
  const problem = await problemOf(store.run.renameChat({ chatId: chat.id, title: 'x' }));
  expect(problem).toMatchObject({ code: 'store.failed', why: 'SQLite reported: database is locked.' });
  other.exec('COMMIT');
  other.close();
  expect(await store.run.renameChat({ chatId: chat.id, title: 'x' })).toMatchObject({ title: 'x' });
});
