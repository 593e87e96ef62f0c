import Database from 'better-sqlite3';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { databasePath } from '../../src-main/services/store/database/database-files.ts';
import { openStore, temporaryFolder } from './helpers.ts';

const KILLS = 30;
const MAX_ACKNOWLEDGEMENTS = 40;
/** A commit takes a few milliseconds; the kill falls anywhere in the next two or three. */
const MAX_DELAY_US = 8000;
const SEED = 20260131;

/** Mulberry32: the same kills in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Runs the writer until it kills itself; what it said was acknowledged. */
async function acknowledgedBefore(
  dataDir: string,
  delayUs: number,
  count: number,
): Promise<[number, string][]> {
  const child = join(import.meta.dirname, 'writing-child.ts');
  const killed = await promisify(execFile)(process.execPath, [
    child,
    dataDir,
    String(delayUs),
    String(count),
  ]).catch((error: unknown) => error as { signal: string; stdout: string; stderr: string });
  expect(killed).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  const lines = killed.stdout.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as [number, string]);
}

test(`after ${String(KILLS)} kills in the middle of writing nothing acknowledged is lost`, async () => {
  const random = randomNumbers(SEED);
  const dataDir = temporaryFolder();
  const acknowledged = new Map<number, string>();
  for (let round = 0; round < KILLS; round += 1) {
    const count = 1 + Math.floor(random() * MAX_ACKNOWLEDGEMENTS);
    const written = await acknowledgedBefore(dataDir, Math.floor(random() * MAX_DELAY_US), count);
    expect(written.length).toBeGreaterThanOrEqual(count);
    for (const [id, text] of written) {
      // An id that comes twice would mean that its first message was lost.
      expect(acknowledged.has(id)).toBe(false);
      acknowledged.set(id, text);
    }
    const db = new Database(databasePath(dataDir));
    expect(db.pragma('quick_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const rows = db.prepare<[], [number, string]>('SELECT id, text FROM messages').raw().all();
    expect(Object.fromEntries(rows)).toMatchObject(Object.fromEntries(acknowledged));
    db.prepare("INSERT INTO messages_fts (messages_fts, rank) VALUES ('integrity-check', 1)").run();
    db.close();
  }
  const { run } = openStore(dataDir);
  expect(await run.listChats({})).toHaveLength(KILLS * 3);
}, 240_000);
