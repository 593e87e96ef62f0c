import Database from 'better-sqlite3';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { closeDatabase, openDatabase } from '../../../src-main/services/store/database/open-database.ts';
import { latestVersion, migrations } from '../../../src-main/services/store/migrations/index.ts';
import { openStore, problemOf, temporaryFolder } from '../helpers.ts';
import { schemaOf, writeDatabaseOf } from './fixtures.ts';

const DAY_MS = 86_400_000;
const versions = [0, ...migrations.map(({ version }) => version)];
const olderVersions = versions.slice(0, -1);

function freshSchema(): string {
  return schemaOf(writeDatabaseOf(latestVersion, temporaryFolder()));
}

/** Every file of the folder with its bytes. */
function contentsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );
}

function quickCheck(path: string): unknown {
  const db = new Database(path);
  const result = db.pragma('quick_check', { simple: true });
  db.close();
  return result;
}

describe('migrations', () => {
  test('are numbered in tens, in order', () => {
    const numbers = migrations.map(({ version }) => version);
    expect(numbers.every((number) => number % 10 === 0)).toBe(true);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  test.each(olderVersions)('bring version %i to the schema of a new file, after a backup', (version) => {
    const dataDir = temporaryFolder();
    const path = writeDatabaseOf(version, dataDir);
    const before = schemaOf(path);
    const { db, migrated } = openDatabase(dataDir);
    closeDatabase(db);
    expect(schemaOf(path)).toBe(freshSchema());
    expect(migrated).toMatchObject({ from: version, to: latestVersion });
    if (version === 0) {
      expect(migrated?.backup).toBeNull();
      return;
    }
    const backup = migrated?.backup ?? '';
    expect(schemaOf(backup)).toBe(before);
    expect(quickCheck(backup)).toBe('ok');
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(dataDir, 'backups'))).toHaveLength(1);
  });

  test('leave an up-to-date file alone', () => {
    const dataDir = temporaryFolder();
    writeDatabaseOf(latestVersion, dataDir);
    const { db, migrated } = openDatabase(dataDir);
    closeDatabase(db);
    expect(migrated).toBeNull();
  });

  test('keep the newest three backups, for 30 days', () => {
    const dataDir = temporaryFolder();
    const backups = join(dataDir, 'backups');
    mkdirSync(backups);
    const names = [
      '20260101T000000-v10',
      '20260210T000000-v10',
      '20260211T000000-v20',
      '20260212T000000-v20',
    ];
    for (const name of names) writeFileSync(join(backups, `nibble-${name}.db`), '');
    writeFileSync(join(backups, 'mine.txt'), 'not a backup');
    const openAt = (now: Date) => {
      closeDatabase(openDatabase(dataDir, now).db);
      return readdirSync(backups).sort();
    };
    const now = new Date('2026-02-13T00:00:00Z');
    expect(openAt(now)).toEqual(['mine.txt', ...names.slice(1).map((name) => `nibble-${name}.db`)]);
    expect(openAt(new Date(now.getTime() + 28.5 * DAY_MS))).toEqual([
      'mine.txt',
      'nibble-20260212T000000-v20.db',
    ]);
    expect(openAt(new Date(now.getTime() + 31 * DAY_MS))).toEqual(['mine.txt']);
  });

  test.each([0, 20])(
    'from version %i survive being killed at every statement',
    async (version) => {
      const template = temporaryFolder();
      writeDatabaseOf(version, template);
      const before = schemaOf(join(template, 'nibble.db'));
      const after = freshSchema();
      const child = join(import.meta.dirname, 'migrating-child.ts');
      const migrateIn = (dataDir: string, killAt = '') =>
        promisify(execFile)(process.execPath, [child, dataDir, killAt]);
      const copy = () => {
        const dataDir = temporaryFolder();
        cpSync(template, dataDir, { recursive: true });
        return dataDir;
      };
      const { stdout } = await migrateIn(copy());
      const statements = Number(stdout);
      expect(statements).toBeGreaterThan(10);
      const kill = async (at: number) => {
        const dataDir = copy();
        const path = join(dataDir, 'nibble.db');
        await expect(migrateIn(dataDir, String(at))).rejects.toMatchObject({ signal: 'SIGKILL' });
        expect(quickCheck(path)).toBe('ok');
        expect(schemaOf(path)).toBe(before);
        const { db } = openDatabase(dataDir);
        expect(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBeGreaterThan(10);
        closeDatabase(db);
        expect(schemaOf(path)).toBe(after);
      };
      const queue = Array.from({ length: statements }, (_, index) => index + 1);
      const worker = async () => {
        for (let at = queue.shift(); at !== undefined; at = queue.shift()) await kill(at);
      };
      await Promise.all([worker(), worker()]);
    },
    120_000,
  );
});

describe('a file of a newer Nibble', () => {
  function makeNewer(path: string): Database.Database {
    const db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma(`user_version = ${String(latestVersion + 10)}`);
    db.exec('CREATE TABLE from_the_future (x)');
    return db;
  }

  test('is refused and not touched', async () => {
    const dataDir = temporaryFolder();
    makeNewer(writeDatabaseOf(latestVersion, dataDir)).close();
    const before = contentsOf(dataDir);
    const problem = await problemOf(openStore(dataDir).open());
    expect(problem.code).toBe('store.newerVersion');
    expect(problem.why).toContain(String(latestVersion + 10));
    expect(contentsOf(dataDir)).toEqual(before);
  });

  test('is not touched either when it was killed before its version reached the main file', async () => {
    const source = temporaryFolder();
    const writer = makeNewer(writeDatabaseOf(latestVersion, source));
    const dataDir = temporaryFolder();
    // A copy of a database in use is what a kill leaves: the new version is in the log alone.
    for (const name of ['nibble.db', 'nibble.db-wal']) cpSync(join(source, name), join(dataDir, name));
    writer.close();
    const before = contentsOf(dataDir);
    expect(before['nibble.db-wal']).not.toBe('');
    expect((await problemOf(openStore(dataDir).open())).code).toBe('store.newerVersion');
    expect(contentsOf(dataDir)).toMatchObject(before);
  });
});
