import { parseLevel, parseSplitName, splitName } from '../../domain/gguf/names.ts';
import { modelLimits } from '../../domain/gguf/limits.ts';
import type { ListedFile } from './model-info.ts';
import { isGguf } from './model-info.ts';

/** One file of a repository at one commit. */
export interface HubFile extends ListedFile {
  commit: string;
}

/** What is downloaded and run as one: a file, or all parts of a split one. */
export interface HubModel {
  /** `owner/name` */
  repository: string;
  commit: string;
  /** Of the file, or of the first part. */
  path: string;
  /** As the file's name tells it: `Q4_K_M`; null where it does not. */
  level: string | null;
  /** Of all parts that are there. */
  sizeBytes: number;
  /** In order; a part that is not in the repository is left out and named in `missingParts`. */
  parts: readonly HubFile[];
  missingParts: readonly string[];
}

/** The models among the files of a repository, smallest first. Names that no folder of ours should see are left out. */
export function hubModels(repository: string, commit: string, listed: readonly ListedFile[]): HubModel[] {
  const files = listed
    .filter(({ path, sizeBytes }) => isGguf(path) && isPlainPath(path) && sizeBytes > 0)
    .map((file) => ({ ...file, commit }));
  const groups = Map.groupBy(files, ({ path }) => groupOf(path));
  return [...groups.values()]
    .map((group) => ({ repository, commit, ...oneModel(group) }))
    .toSorted((a, b) => a.sizeBytes - b.sizeBytes || (a.path < b.path ? -1 : 1));
}

/** Parts of one model have the folder, the prefix and the count in common. */
function groupOf(path: string): string {
  const split = splitOf(path);
  return split ? JSON.stringify([split.prefix, split.count]) : path;
}

/** `prefix` keeps the folders. */
function splitOf(path: string) {
  const split = parseSplitName(path);
  return split && split.count > 1 && split.count <= modelLimits.splitParts ? split : null;
}

function oneModel(files: readonly HubFile[]): Omit<HubModel, 'repository' | 'commit'> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const [first] = byPath.keys();
  if (first === undefined) throw new RangeError('a model has at least one file');
  const split = splitOf(first);
  const wanted = split
    ? Array.from({ length: split.count }, (_, index) => splitName(split.prefix, index + 1, split.count))
    : [first];
  const parts = wanted.flatMap((path) => byPath.get(path) ?? []);
  const path = wanted[0] ?? first;
  return {
    path,
    level: parseLevel(path)?.label ?? null,
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    parts,
    missingParts: wanted.filter((part) => !byPath.has(part)),
  };
}

const MAX_PATH_LENGTH = 1000;

/** Relative, of real names only, and without anything that a terminal or a file system takes for something else. */
export function isPlainPath(path: string): boolean {
  return (
    path.length <= MAX_PATH_LENGTH &&
    path.isWellFormed() &&
    !/[\p{Cc}\p{Cf}\\:]/u.test(path) &&
    // Windows drops dots and spaces at the end: ".. " would be the folder above.
    path.split('/').every((segment) => /^[^\s](?:.*[^\s.])?$/su.test(segment) && segment !== '.')
  );
}
