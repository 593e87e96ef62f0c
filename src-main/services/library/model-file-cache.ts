import { stat } from 'node:fs/promises';
import { openModelFile, type ModelFile } from './model-file.ts';

const MAX_FILES = 16;
/** Vocabularies and merges take tens of MB and are of use to the engine only, which reads them itself. */
const LONGEST_KEPT_ARRAY = 1024;

/**
 * Checked headers by path. A header is read again when the file's size or time of change differs, so a turn
 * of a chat costs one `stat` and not the parsing of a vocabulary.
 */
export class ModelFileCache {
  readonly #files = new Map<string, ModelFile>();
  readonly #maxFiles: number;

  constructor(maxFiles = MAX_FILES) {
    this.#maxFiles = maxFiles;
  }

  async open(path: string): Promise<ModelFile> {
    const known = this.#files.get(path);
    this.#files.delete(path);
    const file =
      known !== undefined && (await isUnchanged(known))
        ? known
        : withoutVocabulary(await openModelFile(path));
    this.#files.set(path, file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > this.#maxFiles && oldest !== undefined) this.#files.delete(oldest);
    return file;
  }
}

function withoutVocabulary(file: ModelFile): ModelFile {
  const kept = [...file.header.metadata].filter(
    ([, value]) => typeof value !== 'object' || value.length <= LONGEST_KEPT_ARRAY,
  );
  return { ...file, header: { ...file.header, metadata: new Map(kept) } };
}

/** All parts of a split model are asked. */
async function isUnchanged({ parts, sizeBytes, mtimeMs }: ModelFile): Promise<boolean> {
  const now = await Promise.all(parts.map((part) => stat(part).catch(() => null)));
  const size = now.reduce((sum, part) => sum + (part?.size ?? 0), 0);
  const changedMs = Math.max(...now.map((part) => part?.mtimeMs ?? Infinity));
  return size === sizeBytes && changedMs === mtimeMs;
}
