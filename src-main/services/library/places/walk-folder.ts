import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Dirent } from 'node:fs';
import { parseSplitName } from '../../../domain/gguf/names.ts';
import { walkLimits, type FoundFile, type Walked } from './place.ts';

export interface WalkOptions {
  /** What a folder within the place is skipped for, by its name. */
  skip?: (name: string) => boolean;
  describe?: (path: string) => Partial<Pick<FoundFile, 'name' | 'origin'>>;
}

/** Folders that hold no models but can hold very much. */
function isSkipped(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

/** Every .gguf file below `root`, a split model as one. Links to folders are followed, each folder once. */
export async function walkFolder(root: string, options: WalkOptions = {}): Promise<Walked> {
  const { skip = isSkipped, describe = () => ({}) } = options;
  const walked: Walked = { state: 'here', files: [], closed: [], complete: true, empty: false };
  const seen = new Set<string>();
  let entriesLeft: number = walkLimits.entries;
  const waiting = [{ folder: root, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { folder, depth } = next;
    const entries = await readFolder(folder);
    if (typeof entries === 'string') {
      if (folder === root) return { ...walked, state: entries };
      walked.closed.push(folder);
      continue;
    }
    if (folder === root) walked.empty = entries.length === 0;
    entriesLeft -= entries.length;
    const models: string[] = [];
    for (const entry of entries) {
      if (entry.name.toLowerCase().endsWith('.gguf')) models.push(entry.name);
      else if (depth < walkLimits.depth && !skip(entry.name)) {
        const below = await subfolder(folder, entry, seen);
        if (below !== null) waiting.push({ folder: below, depth: depth + 1 });
      }
    }
    for (const file of await describeFiles(folder, models))
      walked.files.push({ ...file, ...describe(file.path) });
    if (entriesLeft < 0 || walked.files.length >= walkLimits.files) {
      walked.complete = waiting.length === 0;
      break;
    }
  }
  return walked;
}

/** The files of one folder by what they make: a model each, or all parts of a split one together. */
export async function describeFiles(folder: string, names: readonly string[]): Promise<FoundFile[]> {
  const groups = Map.groupBy(names, (name) => {
    const split = parseSplitName(name);
    return split && split.count > 1 ? `${split.prefix}\0${split.count}` : name;
  });
  const found = await Promise.all(
    [...groups.values()].map(async (members) => {
      const [first = ''] = members.sort();
      const stats = await Promise.all(members.map((name) => stat(join(folder, name)).catch(() => null)));
      const files = stats.filter((each) => each?.isFile() === true);
      if (files.length === 0) return [];
      return [
        {
          path: join(folder, first),
          sizeBytes: files.reduce((sum, each) => sum + (each?.size ?? 0), 0),
          mtimeMs: Math.max(...files.map((each) => each?.mtimeMs ?? 0)),
          name: null,
          origin: null,
        },
      ];
    }),
  );
  return found.flat();
}

/** The real path of a folder that was not seen yet; null for anything else. */
async function subfolder(folder: string, entry: Dirent, seen: Set<string>): Promise<string | null> {
  const path = join(folder, basename(entry.name));
  if (entry.isDirectory()) return path;
  if (!entry.isSymbolicLink()) return null;
  const target = await realpath(path).catch(() => null);
  if (target === null || seen.has(target) || !(await stat(target).catch(() => null))?.isDirectory())
    return null;
  // A link that leads upwards would be followed for ever.
  if (folder === target || folder.startsWith(join(target, '/'))) return null;
  seen.add(target);
  return target;
}

/** The entries of a folder, or why there are none. */
export async function readFolder(path: string): Promise<Dirent[] | 'away' | 'closed'> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'EACCES' || code === 'EPERM' ? 'closed' : 'away';
  }
}
