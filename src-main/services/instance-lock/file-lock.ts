import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

export interface FileLock {
  release(): void;
}

/**
 * An exclusive lock on a file, or null while another process (or another part of this one) holds it. The operating
 * system keeps it and drops it when the process ends, by whatever signal, so it is never stale; of two that ask at
 * the same instant one gets it; and it lies in a folder that only its owner can enter. Node has no call for such a
 * lock, but the SQLite inside it takes one for `BEGIN EXCLUSIVE`, on every platform, and writes nothing into the file.
 *
 * Nothing else in this process may open the file: on POSIX closing any descriptor of it would drop the lock. It is not
 * removed either: who waits for a removed file's lock and who makes a new one would both get theirs.
 */
export function tryLockFile(path: string): FileLock | null {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
}
