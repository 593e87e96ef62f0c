import { isUtf8 } from 'node:buffer';
import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { problemError, ProblemError } from '../../contract/problem.ts';
import { parseSplitName, splitName } from '../../domain/gguf/names.ts';
import { readGgufHeader } from '../../domain/gguf/read-header.ts';
import { checkPartCount, mergeParts } from '../../domain/gguf/split.ts';
import { summarizeModel } from '../../domain/gguf/summary.ts';
import type { GgufHeader, ModelSummary } from '../../domain/gguf/types.ts';
import { FileSource } from './file-source.ts';

export interface ModelFile {
  /**
   * Absolute, links of folders resolved; of a split model the first part, which is the one the engine opens. A link to the file
   * itself keeps its name: in caches of other programs the file it leads to is called after its checksum.
   */
  path: string;
  fileName: string;
  /** All parts of a split model, in order; else only `path`. */
  parts: readonly string[];
  /** Of all parts. */
  sizeBytes: number;
  /** Of the part that changed last. */
  mtimeMs: number;
  /** Of a split model: the metadata of the first part with the tensors of all. */
  header: GgufHeader;
  summary: ModelSummary;
}

interface PartFile {
  path: string;
  sizeBytes: number;
  mtimeMs: number;
  header: GgufHeader;
}

/**
 * Checks a model file, strictly and without native code, and says what it holds. Any part of a split model stands
 * for the whole. Throws `ProblemError` with a `model.…` code for everything that can be wrong with it.
 */
export async function openModelFile(path: string): Promise<ModelFile> {
  const parts = await openParts(path);
  const [first] = parts;
  const header = mergeParts(parts.map((part) => ({ name: part.path, header: part.header })));
  return {
    path: first.path,
    fileName: basename(first.path),
    parts: parts.map((part) => part.path),
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    mtimeMs: Math.max(...parts.map((part) => part.mtimeMs)),
    header,
    summary: summarizeModel(header, first.path),
  };
}

/** The header of a file that is no model by itself, as an adapter. Throws as `openModelFile` does. */
export async function openHeader(path: string): Promise<GgufHeader> {
  return (await openPart(path)).header;
}

async function openParts(path: string): Promise<[PartFile, ...PartFile[]]> {
  const opened = await openPart(path);
  const name = parseSplitName(basename(opened.path));
  const count = checkPartCount(opened.header, opened.path, name);
  if (count === 1 || !name) return [opened];
  const folder = dirname(opened.path);
  const open = async (part: number): Promise<PartFile> => {
    if (part === name.part) return opened;
    const fileName = splitName(name.prefix, part, count);
    try {
      return await openPart(join(folder, fileName));
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'model.notFound') throw error;
      throw problemError('model.partMissing', { part: fileName, count }, error);
    }
  };
  const parts: [PartFile, ...PartFile[]] = [await open(1)];
  for (let part = 2; part <= count; part++) parts.push(await open(part));
  return parts;
}

async function openPart(path: string): Promise<PartFile> {
  try {
    const resolved = await absolutePath(path);
    const { size, mtimeMs } = await statModel(resolved);
    await using source = await FileSource.open(resolved, size);
    const header = await readGgufHeader(source, { workedMs: threadWorkedMs, isUtf8 });
    return { path: resolved, sizeBytes: size, mtimeMs, header };
  } catch (error) {
    throw error instanceof ProblemError ? error : fileProblem(error, path);
  }
}

/** A link that does not say that the file is a part of a split model does not lead to the other parts: its target does. */
async function absolutePath(path: string): Promise<string> {
  const target = await realpath(path);
  if (!(await lstat(path)).isSymbolicLink()) return target;
  const isPartInDisguise = parseSplitName(basename(target)) && !parseSplitName(basename(path));
  return isPartInDisguise ? target : join(await realpath(dirname(path)), basename(path));
}

/** Size and time of a regular file. Asked before it is opened: opening a pipe waits for a writer, perhaps for ever. */
async function statModel(path: string): Promise<{ size: number; mtimeMs: number }> {
  const stats = await stat(path);
  if (stats.isDirectory()) throw problemError('model.isDirectory', { path });
  if (!stats.isFile()) {
    throw problemError('model.unreadable', { path, reason: 'it is a device or a pipe, not a file' });
  }
  return stats;
}

/** Processor time of this thread, for the strict reader's limit. */
export function threadWorkedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** The problem for what the operating system said; anything else is a defect and passes. */
export function fileProblem(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return problemError('model.notFound', { path }, error);
    case 'EISDIR':
      return problemError('model.isDirectory', { path }, error);
    case 'EACCES':
    case 'EPERM':
      return problemError('model.noPermission', { path }, error);
    default:
      return problemError('model.unreadable', { path, reason: String(error.code) }, error);
  }
}
