import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { walkLimits, type FoundFile, type Walked } from '../places/place.ts';
import { readFolder, walkFolder } from '../places/walk-folder.ts';

const repositoryFolder = /^models--([\w.-]+?)--([\w.-]+)$/;
const commit = /^[0-9a-f]{40}$/;

/**
 * Models in the cache of the Hugging Face Hub. A snapshot is a folder per commit with links to the blobs, called as in
 * the repository; what two snapshots share is listed once, by the commit that `main` is at.
 */
export async function walkHuggingFace(root: string): Promise<Walked> {
  const walked: Walked = { state: 'here', files: [], closed: [], complete: true, empty: false };
  const entries = await readFolder(root);
  if (typeof entries === 'string') return { ...walked, state: entries };
  walked.empty = entries.length === 0;
  for (const entry of entries) {
    const [, owner, name] = (entry.isDirectory() && repositoryFolder.exec(entry.name)) || [];
    if (owner === undefined || name === undefined) continue;
    const found = await walkRepository(join(root, entry.name), `hf:${owner}/${name}`);
    walked.files.push(...found.files);
    walked.closed.push(...found.closed);
    walked.complete &&= found.complete;
    if (walked.files.length >= walkLimits.files) {
      walked.complete = false;
      break;
    }
  }
  return walked;
}

async function walkRepository(repository: string, origin: string): Promise<Walked> {
  const snapshots = join(repository, 'snapshots');
  const main = (await readFile(join(repository, 'refs', 'main'), 'utf8').catch(() => '')).trim();
  const entries = await readFolder(snapshots);
  const commits = typeof entries === 'string' ? [] : entries.filter((entry) => entry.isDirectory());
  const names = commits.map(({ name }) => name).filter((name) => commit.test(name));
  names.sort((a, b) => Number(b === main) - Number(a === main) || a.localeCompare(b));
  const all: Walked = { state: 'here', files: [], closed: [], complete: true, empty: false };
  const blobs = new Map<string, FoundFile>();
  for (const name of names) {
    const found = await walkFolder(join(snapshots, name), { describe: () => ({ origin }) });
    all.closed.push(...found.closed);
    all.complete &&= found.complete;
    for (const file of found.files) {
      const blob = await realpath(file.path).catch(() => null);
      if (blob !== null && !blobs.has(blob)) blobs.set(blob, file);
    }
  }
  all.files.push(...blobs.values());
  return all;
}
