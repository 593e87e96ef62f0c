import Database from 'better-sqlite3';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { databasePath } from '../../src-main/services/store/database/database-files.ts';
import { closeDatabase, openDatabase } from '../../src-main/services/store/database/open-database.ts';
import { temporaryFolder } from './helpers.ts';

const FULL = 2;
const NORMAL = 1;

function settingsOf(db: Database.Database): Record<string, unknown> {
  const names = ['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete', 'trusted_schema'];
  return Object.fromEntries(names.map((name) => [name, db.pragma(name, { simple: true })]));
}

test('a new and an existing file are opened with the same, safe settings', () => {
  const dataDir = temporaryFolder();
  for (let round = 0; round < 2; round += 1) {
    const { db } = openDatabase(dataDir);
    expect(settingsOf(db)).toEqual({
      journal_mode: 'wal',
      synchronous: FULL,
      foreign_keys: 1,
      secure_delete: 1,
      trusted_schema: 0,
    });
    closeDatabase(db);
  }
  // What better-sqlite3 makes of the same file when nobody asks for FULL.
  const plain = new Database(databasePath(dataDir));
  plain.prepare('SELECT count(*) FROM chats').get();
  expect(plain.pragma('synchronous', { simple: true })).toBe(NORMAL);
  plain.close();
});

const hasStrace = spawnSync('strace', ['-V']).status === 0;

test.skipIf(!hasStrace)(`every commit is forced to the disk${hasStrace ? '' : ' (needs strace)'}`, () => {
  const dataDir = temporaryFolder();
  const trace = join(dataDir, 'trace');
  const child = join(import.meta.dirname, 'writing-child.ts');
  const acknowledgements = 40;
  const args = ['-f', '-e', 'trace=fsync,fdatasync', '-o', trace];
  const node = [process.execPath, child, dataDir, '0', String(acknowledgements)];
  expect(() => execFileSync('strace', [...args, ...node], { stdio: 'ignore' })).toThrow();
  const syncs = readFileSync(trace, 'utf8').match(/f(data)?sync\(/g) ?? [];
  expect(syncs.length).toBeGreaterThanOrEqual(acknowledgements);
});
