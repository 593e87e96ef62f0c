import Database from 'better-sqlite3';
import { problemError } from '../../../contract/problem.ts';
import { removeOldBackups } from '../migrations/backup.ts';
import { latestVersion, migrations } from '../migrations/index.ts';
import { migrate, type MigrationReport } from '../migrations/migrate.ts';
import { preparePrivateFile, preparePrivateFolder } from '../private-files.ts';
import { backupsDir, databasePath, hasWriteAheadLog, readVersionFromHeader } from './database-files.ts';
import type { WritableDatabase } from './handles.ts';

/** How long to wait for another program that reads the file, e.g. a backup tool. */
const BUSY_TIMEOUT_MS = 5000;

export interface OpenedDatabase {
  db: WritableDatabase;
  /** Null when the schema was up to date. */
  migrated: MigrationReport | null;
}

/** Opens or creates the database of `dataDir` and brings its schema up to date. A newer file is left untouched. */
export function openDatabase(dataDir: string, now = new Date()): OpenedDatabase {
  preparePrivateFolder(dataDir);
  const path = databasePath(dataDir);
  // SQLite gives the log and the shared memory beside it the same rights.
  preparePrivateFile(path);
  refuseNewer(path);
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    configure(db);
    const backups = backupsDir(dataDir);
    const migrated = migrate(db, migrations, { backupsDir: backups, now });
    removeOldBackups(backups, now);
    return { db: db as WritableDatabase, migrated };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Moves everything into the main file and empties the log, so that nothing deleted survives in it. */
export function truncateLog(db: WritableDatabase): void {
  db.pragma('wal_checkpoint(TRUNCATE)');
}

export function closeDatabase(db: WritableDatabase): void {
  try {
    truncateLog(db);
  } finally {
    db.close();
  }
}

function configure(db: Database.Database): void {
  db.pragma('journal_mode = WAL');
  // After the switch: better-sqlite3 is built so that WAL silently means NORMAL, which may lose the last commits
  // at a power cut.
  db.pragma('synchronous = FULL');
  // macOS acknowledges fsync before the disk has written; elsewhere these do nothing.
  db.pragma('fullfsync = ON');
  db.pragma('checkpoint_fullfsync = ON');
  db.pragma('foreign_keys = ON');
  // What is deleted is overwritten with zeros.
  db.pragma('secure_delete = ON');
  db.pragma('trusted_schema = OFF');
}

/**
 * A connection that may write changes the file on its own: it replays the log of a killed run when it closes. So the
 * version is looked up in the header, and where there is such a log, through a connection that cannot write.
 */
function refuseNewer(path: string): void {
  refuseIfNewer(readVersionFromHeader(path));
  if (!hasWriteAheadLog(path)) return;
  const probe = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    refuseIfNewer(probe.pragma('user_version', { simple: true }) as number);
  } finally {
    probe.close();
  }
}

function refuseIfNewer(found: number): void {
  if (found > latestVersion) throw problemError('store.newerVersion', { found, known: latestVersion });
}
