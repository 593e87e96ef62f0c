import type Database from 'better-sqlite3';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { preparePrivateFile, preparePrivateFolder } from '../private-files.ts';

const KEPT_BACKUPS = 3;
/** What a person deleted is still in the copies; so they do not stay for ever. */
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const backupName = /^nibble-\d{8}T\d{6}-v\d+\.db$/;

export interface BackupOptions {
  backupsDir: string;
  /** Schema version of what is backed up. */
  version: number;
  now: Date;
}

/** Copies the database before an upgrade; returns the path of the copy. */
export function backUp(db: Database.Database, { backupsDir, version, now }: BackupOptions): string {
  preparePrivateFolder(backupsDir);
  const path = join(backupsDir, `nibble-${compactTime(now)}-v${String(version)}.db`);
  const part = `${path}.part`;
  rmSync(part, { force: true });
  // VACUUM INTO accepts an empty file, and so the copy is private from its first byte.
  preparePrivateFile(part);
  try {
    db.prepare('VACUUM INTO ?').run(part);
    sync(part);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  return path;
}

/** Keeps the newest three copies of the last 30 days. */
export function removeOldBackups(backupsDir: string, now: Date): void {
  const oldest = `nibble-${compactTime(new Date(now.getTime() - KEPT_DAYS * DAY_MS))}`;
  const names = backups(backupsDir);
  const kept = names.slice(-KEPT_BACKUPS).filter((name) => name >= oldest);
  for (const name of names) if (!kept.includes(name)) rmSync(join(backupsDir, name), { force: true });
}

/** Names of the copies, oldest first. */
function backups(backupsDir: string): string[] {
  try {
    return readdirSync(backupsDir)
      .filter((name) => backupName.test(name))
      .sort();
  } catch {
    // No folder: nothing was ever upgraded.
    return [];
  }
}

/** `20260131T235959`, in UTC: sorts by time and is a file name everywhere. */
function compactTime(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
}

function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
