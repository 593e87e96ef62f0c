import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sizeInWords } from '../../base/size-in-words.ts';
import { problemError, type ProblemError } from '../../contract/problem.ts';

/** Free for us on the disk that `path` is or will be on; null where it cannot be asked. */
export async function freeBytesAt(path: string): Promise<number | null> {
  for (let at = path; ; at = dirname(at)) {
    const stats = await statfs(at).catch(() => null);
    if (stats) return stats.bavail * stats.bsize;
    if (dirname(at) === at) return null;
  }
}

export async function noSpace(path: string, neededBytes: number, cause?: unknown): Promise<ProblemError> {
  const free = await freeBytesAt(path);
  const facts = { path, needed: sizeInWords(neededBytes), free: sizeInWords(free ?? 0) };
  return problemError('download.noSpace', facts, cause);
}
