import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { loadSettingsSchema, type LoadSettings } from '../../contract/plan.contract.ts';
import type { Logger } from '../logging/logger.ts';

/** More than a person can crash in a row; keeps the file small. */
const MOST_ENTRIES = 16;

const entrySchema = z.object({ identity: z.string(), name: z.string(), settings: loadSettingsSchema });
const fileSchema = z.object({ loading: z.array(entrySchema) });

/** A model with the settings it is loaded with. */
export type Combination = z.infer<typeof entrySchema>;

/**
 * Remembers on disk what is being loaded, so that a model that takes the engine, the app or the whole machine down is
 * not loaded again by itself at the next start. An entry is on disk before its load begins and leaves it when the
 * model has answered its test token, or when loading ended in any other way than a death.
 *
 * Only what was found when the app started is suspect: within a session the person sees what happens and decides.
 */
export class Sentinel {
  readonly #path: string;
  readonly #log: Logger;
  #entries: Combination[] = [];
  #suspects: Combination[] = [];
  #work: Promise<void>;

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
    this.#work = this.#guard('read', async () => {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (text === null) return;
      this.#suspects = fileSchema.parse(JSON.parse(text)).loading;
      this.#entries = [...this.#suspects];
    });
  }

  async isSuspect(combination: Combination): Promise<boolean> {
    await this.#work;
    return this.#suspects.some((entry) => isSameCombination(entry, combination));
  }

  /** On disk, synced, when the promise resolves. */
  add(combination: Combination): Promise<void> {
    return this.#enqueue(() => {
      this.#drop(combination);
      this.#entries = [...this.#entries, combination].slice(-MOST_ENTRIES);
    });
  }

  remove(combination: Combination): Promise<void> {
    return this.#enqueue(() => this.#drop(combination));
  }

  clear(): Promise<void> {
    return this.#enqueue(() => {
      this.#entries = [];
      this.#suspects = [];
    });
  }

  #drop(combination: Combination): void {
    this.#entries = this.#entries.filter((entry) => !isSameCombination(entry, combination));
    this.#suspects = this.#suspects.filter((entry) => !isSameCombination(entry, combination));
  }

  #enqueue(change: () => void): Promise<void> {
    this.#work = this.#work.then(() => {
      change();
      return this.#guard('write', () => this.#write());
    });
    return this.#work;
  }

  async #write(): Promise<void> {
    if (this.#entries.length === 0) return rm(this.#path, { force: true });
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify({ loading: this.#entries }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    await syncFolder(dirname(this.#path));
  }

  /** The sentinel is a safety net: without it (a full disk, a read-only folder) models still load. */
  async #guard(verb: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#log.warn(`could not ${verb} the sentinel`, { reason: String(error) });
    }
  }
}

/** Makes the rename itself survive a power cut. Windows has no handle for folders and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function isSameCombination(a: Combination, b: Combination): boolean {
  return a.identity === b.identity && a.name === b.name && isSameSettings(a.settings, b.settings);
}

export function isSameSettings(a: LoadSettings, b: LoadSettings): boolean {
  return (Object.keys(loadSettingsSchema.shape) as (keyof LoadSettings)[]).every((key) => a[key] === b[key]);
}
