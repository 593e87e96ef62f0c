import Database from 'better-sqlite3';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src-main/contract/problem.ts';
import { databasePath } from '../../src-main/services/store/database/database-files.ts';
import type { Store } from '../../src-main/services/store/store.ts';
import { createChat, openStore, problemOf } from './helpers.ts';
import { cannotMount, mountSmallDisk } from './small-disk.ts';

const DISK_KIB = 4096;

/** Takes space away until `leftBytes` are left. Returns how to give it back. */
function fill(disk: string, leftBytes: number): () => void {
  const ballast = join(disk, 'ballast');
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
  return () => rmSync(ballast);
}

/** Adds turns until one fails. Returns the texts that were acknowledged and the problem. */
async function writeUntilFull(store: Store, chatId: number): Promise<{ saved: string[]; problem: Problem }> {
  const saved: string[] = [];
  for (let turn = 0; turn < 10_000; turn += 1) {
    const text = `Question ${turn} ${'which takes space '.repeat(500)}`.trim();
    const call = store.run.addTurn({ chatId, text, modelName: null, now: turn });
    const problem = await call.then(
      () => null,
      () => problemOf(call),
    );
    if (problem !== null) return { saved, problem };
    saved.push(text);
  }
  throw new Error('the disk never became full');
}

async function questionsOf(store: Store, chatId: number): Promise<string[]> {
  const path = await store.run.getPath({ chatId });
  return path.filter(({ role }) => role === 'user').map(({ text }) => text);
}

describe.skipIf(cannotMount !== null)(`a full disk${cannotMount === null ? '' : ` (${cannotMount})`}`, () => {
  test('loses nothing that was saved, can be read, and is written again once there is space', async () => {
    const disk = mountSmallDisk(DISK_KIB);
    const dataDir = join(disk, 'data');
    const giveBack = fill(disk, 2 * 1024 * 1024);
    const store = openStore(dataDir);
    const { id: chatId } = await createChat(store);
    const { saved, problem } = await writeUntilFull(store, chatId);
    expect(saved.length).toBeGreaterThan(10);
    expect(problem).toMatchObject({ code: 'store.diskFull', why: `Nibble could not write to ${dataDir}.` });
    expect(await questionsOf(store, chatId)).toEqual(saved);
    expect((await writeUntilFull(store, chatId)).problem.code).toBe('store.diskFull');

    const before = await questionsOf(store, chatId);
    giveBack();
    await store.run.addTurn({ chatId, text: 'There is space again', modelName: null, now: 1 });
    expect(await questionsOf(store, chatId)).toEqual([...before, 'There is space again']);
    await store.close();
    const db = new Database(databasePath(dataDir));
    expect(db.pragma('quick_check', { simple: true })).toBe('ok');
    db.close();
    expect(await questionsOf(openStore(dataDir), chatId)).toEqual([...before, 'There is space again']);
  });

  test('does not keep Nibble from closing, and the log is read at the next start', async () => {
    const disk = mountSmallDisk(DISK_KIB);
    const dataDir = join(disk, 'data');
    const store = openStore(dataDir);
    const { id: chatId } = await createChat(store);
    const { saved } = await writeUntilFull(store, chatId);
    await store.close();
    expect(await questionsOf(openStore(dataDir), chatId)).toEqual(saved);
  });

  test('is told when the database cannot even be made, and the next call tries again', async () => {
    const disk = mountSmallDisk(DISK_KIB);
    const giveBack = fill(disk, 8 * 1024);
    const store = openStore(join(disk, 'data'));
    expect((await problemOf(createChat(store))).code).toBe('store.diskFull');
    expect((await problemOf(store.open())).code).toBe('store.diskFull');
    giveBack();
    expect(await createChat(store)).toMatchObject({ title: 'New chat' });
  });
});
