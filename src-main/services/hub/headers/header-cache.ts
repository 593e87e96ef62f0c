import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { headerFromJson, headerToJson, type KeptHeader } from './header-json.ts';

const ENDING = '.header.json';
/** A header without its vocabulary takes some 60 kB. */
const MAX_ENTRY_BYTES = 4 * 1024 * 1024;

export interface CacheLimits {
  entries: number;
  totalBytes: number;
}

const LIMITS: CacheLimits = { entries: 1000, totalBytes: 64 * 1024 * 1024 };

/**
 * Headers of remote files, so that a table of levels that was seen once needs no network. One file each, written whole
 * or not at all; those not used for longest go first. It is a convenience: whatever is wrong with it, the header is
 * read from the network again.
 */
export class HeaderCache {
  readonly #folder: string;
  readonly #limits: CacheLimits;

  constructor(folder: string, limits: CacheLimits = LIMITS) {
    this.#folder = folder;
    this.#limits = limits;
  }

  async get(key: string): Promise<KeptHeader | null> {
    const path = this.#path(key);
    const text = await readShort(path);
    if (text === null) return null;
    const kept = headerFromJson(key, text);
    if (!kept) {
      await rm(path, { force: true });
      return null;
    }
    const now = new Date();
    await unlessRefused(utimes(path, now, now));
    return kept;
  }

  /** False where the disk did not take it. */
  async put(key: string, kept: KeptHeader): Promise<boolean> {
    const text = headerToJson(key, kept);
    if (Buffer.byteLength(text) > MAX_ENTRY_BYTES) return false;
    const temporary = join(this.#folder, `${randomUUID()}.tmp`);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeWhole(temporary, text);
      await rename(temporary, this.#path(key));
      await this.#evict();
      return true;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      await unlessRefused(rm(temporary, { force: true }));
      return false;
    }
  }

  #path(key: string): string {
    return join(this.#folder, createHash('sha256').update(key).digest('hex').slice(0, 40) + ENDING);
  }

  async #evict(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(ENDING));
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const stats = await unlessRefused(stat(path));
        return { path, usedMs: stats?.mtimeMs ?? 0, sizeBytes: stats?.size ?? 0 };
      }),
    );
    let totalBytes = 0;
    const newestFirst = files.toSorted((a, b) => b.usedMs - a.usedMs);
    for (const [index, { path, sizeBytes }] of newestFirst.entries()) {
      totalBytes += sizeBytes;
      if (index >= this.#limits.entries || totalBytes > this.#limits.totalBytes)
        await rm(path, { force: true });
    }
  }
}

async function readShort(path: string): Promise<string | null> {
  const stats = await unlessRefused(stat(path));
  if (!stats?.isFile() || stats.size > MAX_ENTRY_BYTES) return null;
  return await unlessRefused(readFile(path, 'utf8'));
}

async function writeWhole(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  // A rename may reach the disk before the bytes do.
  await file.datasync();
}

/** Null where the system refuses: another Nibble may clean up at the same time, and a cache may be unreadable. */
async function unlessRefused<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
