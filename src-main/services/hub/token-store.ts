import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** The key store of the system, where the shell has one. */
export interface Sealing {
  seal(text: string): string;
  /** Throws for what was sealed by another user or on another computer. */
  unseal(sealed: string): string;
}

const keptSchema = z.union([z.object({ token: z.string() }), z.object({ sealed: z.string() })]);

/**
 * The token of a person's account on the Hub, in a file of its own that only this user may read: encrypted with a key of
 * the system where the shell has one (`keychain`), in plain text otherwise (`file`). Never in the database, whose
 * backups and logs travel further.
 */
export class TokenStore {
  readonly #path: string;
  readonly #sealing: () => Sealing | null;

  /** The key store is asked for when it is needed, not before: that may open a dialog of the system. */
  constructor(path: string, sealing: (() => Sealing | null) | null) {
    this.#path = path;
    this.#sealing = sealing ?? (() => null);
  }

  get place(): 'keychain' | 'file' {
    return this.#sealing() ? 'keychain' : 'file';
  }

  /** Null where there is none, or it was sealed by a key that is not here. */
  async get(): Promise<{ token: string; keptIn: 'keychain' | 'file' } | null> {
    const kept = keptSchema.safeParse(parseJson(await readFile(this.#path, 'utf8').catch(() => '')));
    if (!kept.success) return null;
    if ('token' in kept.data) return { token: kept.data.token, keptIn: 'file' };
    try {
      const token = this.#sealing()?.unseal(kept.data.sealed);
      return token === undefined ? null : { token, keptIn: 'keychain' };
    } catch {
      return null;
    }
  }

  /** Whole or not at all, and on the disk when it resolves. */
  async set(token: string): Promise<void> {
    const sealing = this.#sealing();
    const kept = sealing ? { sealed: sealing.seal(token) } : { token };
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.${randomUUID()}`;
    try {
      await using file = await open(temporary, 'wx', 0o600);
      await file.writeFile(JSON.stringify(kept));
      await file.sync();
      await rename(temporary, this.#path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async clear(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
