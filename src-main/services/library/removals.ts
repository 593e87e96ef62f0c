import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Removal } from '../../contract/models.contract.ts';
import { describeProblem, problemError, ProblemError, type Problem } from '../../contract/problem.ts';
import { parseSplitName, splitName } from '../../domain/gguf/names.ts';
import type { StoredModel } from '../store/queries/models.ts';
import type { LibraryPlaces } from './places/library-places.ts';
import { programNames } from './programs/usual-folders.ts';
import type { Trash } from './trash/trash.ts';

/** So many can be taken back; older ones are in the system's trash. */
const KEPT_REMOVALS = 50;

/** Deletes models to the system's trash, and brings them back. */
export class Removals {
  readonly #places: LibraryPlaces;
  readonly #trash: Trash;
  readonly #restores = new Map<number, { modelId: number; restore: () => Promise<void> }>();
  #nextId = 1;

  constructor(places: LibraryPlaces, trash: Trash) {
    this.#places = places;
    this.#trash = trash;
  }

  /** What `put` would do, without doing it. */
  async preview(model: StoredModel): Promise<Omit<Removal, 'sameFileAs'>> {
    const files = modelParts(model);
    const stats = await Promise.all(files.map((path) => lstat(path).catch(() => null)));
    const freed = stats.map((each) => (each?.isFile() && each.nlink === 1 ? each.size : 0));
    return {
      files,
      sizeBytes: model.sizeBytes,
      freedBytes: freed.reduce((sum, bytes) => sum + bytes, 0),
      refusal: await this.#refusal(model, stats.includes(null)),
    };
  }

  /** Throws the refusal, or `library.trashFailed`. */
  async put(model: StoredModel): Promise<{ removalId: number | null; sizeBytes: number }> {
    const { files, sizeBytes, refusal } = await this.preview(model);
    if (refusal) throw new ProblemError(refusal);
    const { restore } = await this.#trash.put(files);
    if (restore === null) return { removalId: null, sizeBytes };
    const removalId = this.#nextId++;
    this.#restores.set(removalId, { modelId: model.id, restore });
    const [oldest] = this.#restores.keys();
    if (this.#restores.size > KEPT_REMOVALS && oldest !== undefined) this.#restores.delete(oldest);
    return { removalId, sizeBytes };
  }

  /** Returns the id of the model whose files are where they were. Throws `library.restoreFailed`. */
  async restore(removalId: number): Promise<number> {
    const removal = this.#restores.get(removalId);
    if (!removal) {
      const reason = 'Nibble was started again since, or it was brought back already';
      throw problemError('library.restoreFailed', { reason });
    }
    this.#restores.delete(removalId);
    try {
      await removal.restore();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw problemError('library.restoreFailed', { reason }, error);
    }
    return removal.modelId;
  }

  async #refusal({ path, builtIn }: StoredModel, isMissing: boolean): Promise<Problem | null> {
    if (builtIn) return describeProblem('library.builtIn');
    const program = await this.#places.programOf(path);
    if (program !== null) return describeProblem('library.foreign', { program: programNames[program] });
    return isMissing ? describeProblem('model.notFound', { path }) : null;
  }
}

/** All files of a model, by the name of the first. */
export function modelParts({ path, fileCount }: Pick<StoredModel, 'path' | 'fileCount'>): string[] {
  const split = parseSplitName(basename(path));
  if (fileCount === 1 || !split) return [path];
  return Array.from({ length: split.count }, (_, index) =>
    join(dirname(path), splitName(split.prefix, index + 1, split.count)),
  );
}
