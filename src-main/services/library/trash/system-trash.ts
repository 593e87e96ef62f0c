import { mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { problemError } from '../../../contract/problem.ts';
import { moveWithoutOverwriting } from '../move-file.ts';
import { trashFile } from './freedesktop-trash.ts';
import type { Trash, TrashedFile } from './trash.ts';

/** Puts one file into the trash; without `restore` where the trash does not say where it went. */
type PutOne = (path: string) => Promise<TrashedFile | null>;

/**
 * The trash of this system. Linux has one that any program may use and take from; elsewhere the desktop shell's `trashItem` is
 * asked, and on a Mac without it the folder that is its trash.
 */
export function systemTrash(trashItem: ((path: string) => Promise<void>) | null): Trash {
  return { put: (paths) => putAll(paths, putOne(trashItem)) };
}

function putOne(trashItem: ((path: string) => Promise<void>) | null): PutOne {
  if (process.platform === 'linux' || process.platform === 'freebsd') {
    const dataHome = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
    return (path) => trashFile(path, { dataHome, uid: process.getuid?.() ?? 0 });
  }
  if (trashItem) {
    return async (path) => {
      await trashItem(path);
      return null;
    };
  }
  if (process.platform === 'darwin') return (path) => putInFolder(path, join(homedir(), '.Trash'));
  return () => Promise.reject(new Error('the trash of this system can only be reached from the desktop app'));
}

async function putAll(paths: readonly string[], put: PutOne) {
  const trashed: (TrashedFile | null)[] = [];
  const restoreAll = async () => {
    for (const file of trashed.toReversed()) await file?.restore();
  };
  for (const path of paths) {
    try {
      trashed.push(await put(path));
    } catch (error) {
      await restoreAll().catch(() => undefined);
      const reason = error instanceof Error ? error.message : String(error);
      throw problemError('library.trashFailed', { path, reason }, error);
    }
  }
  return { restore: trashed.every((file) => file !== null) ? restoreAll : null };
}

/** Under a name that is free there. */
async function putInFolder(path: string, folder: string): Promise<TrashedFile> {
  await mkdir(folder, { recursive: true });
  const name = basename(path, extname(path));
  const trashed = await moveWithoutOverwriting(path, (number) =>
    join(folder, `${number === 1 ? name : `${name} ${number}`}${extname(path)}`),
  );
  return { restore: () => rename(trashed, path) };
}
