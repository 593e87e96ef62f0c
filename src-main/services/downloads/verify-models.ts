import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ProblemError, type Problem } from '../../contract/problem.ts';
import { fileProblem, openModelFile } from '../library/model-file.ts';
import { checksumOf } from './checksum-list.ts';
import { hashFile } from './file-hash.ts';

/**
 * right: its bytes are those that were downloaded. readable: the strict reader accepts it, and no checksum of it is
 * known. damaged: its bytes are others. unreadable: the reader refuses it, or the system does.
 */
export interface Verified {
  path: string;
  result: 'right' | 'readable' | 'damaged' | 'unreadable';
  sha256: string | null;
  problem: Problem | null;
}

/** Reads model files from their first byte to their last. `paths` are files, or folders with all that lies below. */
export async function* verifyModels(paths: readonly string[], signal: AbortSignal): AsyncGenerator<Verified> {
  for (const path of paths) {
    for (const file of await filesAt(resolve(path))) yield await verifyFile(file, signal);
  }
}

async function verifyFile(path: string, signal: AbortSignal): Promise<Verified> {
  try {
    const expected = await checksumOf(path);
    const sha256 = await hashFile(path, { signal });
    if (expected && expected.sha256 !== sha256) return { path, result: 'damaged', sha256, problem: null };
    await openModelFile(path);
    return { path, result: expected ? 'right' : 'readable', sha256, problem: null };
  } catch (error) {
    signal.throwIfAborted();
    const problem = fileProblem(error, path);
    if (!(problem instanceof ProblemError)) throw problem;
    return { path, result: 'unreadable', sha256: null, problem: problem.problem };
  }
}

async function filesAt(path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.gguf$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
