import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { tryLockFile, type FileLock } from '../instance-lock/file-lock.ts';

const PATIENCE_MS = 5000;
const RETRY_MS = 20;

/**
 * Makes this the only one that fetches a file: among the downloads of this Nibble, and among all that use the same
 * models folder. Null while another one does. Locks end with their process, so none is ever left behind locked.
 *
 * A lock file may only be removed when nobody can be about to lock it; so each is made and removed while `.nibble.lock`
 * of the folder, which stays, is held.
 */
export async function lockDownload(folder: string, target: string): Promise<(() => Promise<void>) | null> {
  const path = `${target}.part.lock`;
  const lock = await underFolderLock(folder, () => tryLockFile(path));
  if (!lock) return null;
  return async () => {
    try {
      await underFolderLock(folder, async () => {
        await rm(path, { force: true });
        lock.release();
      });
    } catch {
      // A full disk takes no lock, and one that is gone none either: then the file stays, for the next one to lock.
      lock.release();
    }
  };
}

/** Nobody else, in any Nibble, does something to the folder as a whole meanwhile. */
export async function underFolderLock<Result>(
  folder: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS;
  let guard: FileLock | null;
  while ((guard = tryLockFile(join(folder, '.nibble.lock'))) === null) {
    if (performance.now() > deadline) throw new Error(`the lock of ${folder} is held for too long`);
    await wait(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    guard.release();
  }
}
