import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** SQLite's file header: https://sqlite.org/fileformat2.html */
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
const USER_VERSION_OFFSET = 60;

export function databasePath(dataDir: string): string {
  return join(dataDir, 'nibble.db');
}

export function backupsDir(dataDir: string): string {
  return join(dataDir, 'backups');
}

/** `user_version` as the file itself says, without SQLite, which may change what it opens. 0 when it has none. */
export function readVersionFromHeader(path: string): number {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  const isDatabase = header.toString('latin1', 0, MAGIC.length) === MAGIC;
  return isDatabase ? header.readUInt32BE(USER_VERSION_OFFSET) : 0;
}

/** Whether a run of Nibble that was killed left commits that are not in the database file yet. */
export function hasWriteAheadLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
