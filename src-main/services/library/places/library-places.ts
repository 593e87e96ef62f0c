import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { otherPrograms, type OtherProgram } from '../../../contract/models.contract.ts';
import { problemError } from '../../../contract/problem.ts';
import type { SettingsService } from '../../settings/settings.ts';
import type { Store } from '../../store/store.ts';
import { findProgramFolders } from '../programs/program-folders.ts';
import type { SystemPlaces } from '../programs/usual-folders.ts';
import type { Place } from './place.ts';

export interface LibraryPlacesOptions {
  store: Store;
  settings: SettingsService;
  /** The folder named at the start; null when the person named none. */
  modelsDir: string | null;
  /** Where downloads and imports go while the settings name no folder. */
  defaultFolder: string;
  system: SystemPlaces;
}

/** Which folders are looked at for models, and why. */
export class LibraryPlaces {
  readonly #options: LibraryPlacesOptions;

  constructor(options: LibraryPlacesOptions) {
    this.#options = options;
  }

  /** Where imports go. */
  async ownFolder(): Promise<string> {
    const { downloads } = await this.#options.settings.get();
    return downloads.folder ?? this.#options.defaultFolder;
  }

  /** Where downloads and imports go, and the folder named at the start. */
  async ownFolders(): Promise<string[]> {
    const { modelsDir } = this.#options;
    const folders = [await this.ownFolder(), ...(modelsDir === null ? [] : [resolve(modelsDir)])];
    return [...new Set(await Promise.all(folders.map(realOrGiven)))];
  }

  addedFolders(): Promise<string[]> {
    return this.#options.store.run.listModelFolders({});
  }

  async enabledPrograms(): Promise<OtherProgram[]> {
    const enabled = await this.#options.store.run.listModelPrograms({});
    return otherPrograms.filter((program) => enabled.includes(program));
  }

  programFolders(program: OtherProgram): Promise<string[]> {
    return findProgramFolders(program, this.#options.system);
  }

  /**
   * Every place to look at, each once; the person's own folders first. The usual folder for downloads is one of them once
   * there is something in it: nobody has to wait for a folder that nobody chose.
   */
  async all(): Promise<Place[]> {
    const own = await this.ownFolders();
    const usual = await realOrGiven(this.#options.defaultFolder);
    const isChosen = (path: string) => path !== usual || this.#options.modelsDir !== null;
    const wanted = await Promise.all(own.map(async (path) => isChosen(path) || (await exists(path))));
    const folders = [...own.filter((_, index) => wanted[index]), ...(await this.addedFolders())];
    const places = new Map<string, Place>(folders.map((path) => [path, { path, source: 'folder' }]));
    for (const program of await this.enabledPrograms()) {
      for (const path of await this.programFolders(program))
        if (!places.has(path)) places.set(path, { path, source: program });
    }
    return [...places.values()];
  }

  /** The program whose folder a file lies in, whether it is listed or not; null for a file of the person's own. */
  async programOf(path: string): Promise<OtherProgram | null> {
    const target = await realOrGiven(path);
    for (const program of otherPrograms) {
      const folders = await this.programFolders(program);
      if (folders.some((folder) => [path, target].some((each) => each.startsWith(folder + sep))))
        return program;
    }
    return null;
  }

  /** The folder to remember for what the person typed or chose. Throws `library.notFolder`. */
  async checkFolder(given: string): Promise<string> {
    const notFolder = (reason: string) => problemError('library.notFolder', { path: given, reason });
    const path = await realpath(resolve(given)).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      throw notFolder(code === 'EACCES' ? 'Nibble may not open it' : 'There is nothing at this path');
    });
    if (!(await stat(path)).isDirectory()) throw notFolder('It is a file');
    return path;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function realOrGiven(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}
