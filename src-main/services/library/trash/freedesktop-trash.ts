import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { TrashedFile } from './trash.ts';

export interface FreedesktopPlaces {
  /** `$XDG_DATA_HOME`, else `~/.local/share`. */
  dataHome: string;
  /** Of this user. */
  uid: number;
}

interface TrashFolder {
  path: string;
  /** What the original paths in it are relative to; null in the home trash, where they are absolute. */
  topFolder: string | null;
}

/** So many files of one name are looked past before giving up. */
const MAX_NAMES = 10_000;

/**
 * Moves a file to the trash by the rules of the freedesktop.org trash specification 1.0: the home trash for files on its
 * disk, else `.Trash/uid` or `.Trash-uid` at the top of the file's own disk. It never copies: what cannot be renamed into
 * a trash stays where it is, and the system's error is thrown.
 */
export async function trashFile(path: string, places: FreedesktopPlaces): Promise<TrashedFile> {
  const trash = await trashFor(path, places);
  const files = join(trash.path, 'files');
  const info = join(trash.path, 'info');
  for (const folder of [files, info]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const noted = trash.topFolder === null ? path : relative(trash.topFolder, path);
  const name = await reserveName(info, basename(path), infoText(noted, new Date()));
  const trashed = join(files, name);
  const infoFile = join(info, `${name}.trashinfo`);
  try {
    await rename(path, trashed);
  } catch (error) {
    await rm(infoFile, { force: true });
    throw error;
  }
  return {
    restore: async () => {
      await refuseExisting(path);
      await mkdir(dirname(path), { recursive: true });
      await rename(trashed, path);
      await rm(infoFile, { force: true });
    },
  };
}

/** The name is taken by making its info file, which fails where there is one: two programs never get the same. */
async function reserveName(info: string, wanted: string, text: string): Promise<string> {
  for (let number = 1; number <= MAX_NAMES; number++) {
    const name = number === 1 ? wanted : `${wanted}.${number}`;
    try {
      await using file = await open(join(info, `${name}.trashinfo`), 'wx', 0o600);
      await file.writeFile(text);
      return name;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  throw new Error('the trash holds too many files of this name');
}

function infoText(path: string, now: Date): string {
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  return `[Trash Info]\nPath=${escaped}\nDeletionDate=${local}\n`;
}

async function trashFor(path: string, { dataHome, uid }: FreedesktopPlaces): Promise<TrashFolder> {
  const { dev } = await lstat(path);
  await mkdir(dataHome, { recursive: true, mode: 0o700 });
  if ((await lstat(dataHome)).dev === dev) return { path: join(dataHome, 'Trash'), topFolder: null };
  const topFolder = await topOfDisk(dirname(path), dev);
  const shared = join(topFolder, '.Trash');
  const stats = await lstat(shared).catch(() => null);
  // The specification: a real folder with the sticky bit, else anybody could have put it there.
  const isSafe = stats?.isDirectory() === true && (stats.mode & 0o1000) !== 0;
  return { path: isSafe ? join(shared, String(uid)) : join(topFolder, `.Trash-${uid}`), topFolder };
}

async function topOfDisk(folder: string, dev: number): Promise<string> {
  const above = dirname(folder);
  if (above === folder || (await lstat(above)).dev !== dev) return folder;
  return topOfDisk(above, dev);
}

async function refuseExisting(path: string): Promise<void> {
  const exists = await lstat(path).then(
    () => true,
    () => false,
  );
  if (exists) throw new Error(`there is another file at ${path} now`);
}
