import { createHash, type Hash } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sizeInWords } from '../../base/size-in-words.ts';
import { problemError, ProblemError } from '../../contract/problem.ts';
import { parseSplitName, splitName, stem } from '../../domain/gguf/names.ts';
import { openModelFile, type ModelFile } from './model-file.ts';
import { reserve } from './move-file.ts';

const MIB = 2 ** 20;
const CHUNK_BYTES = 4 * MIB;
/** Room that is left on the disk beside the model. */
const SPARE_SHARE = 0.05;

/** Of the bytes to copy and to compare: every one counts twice. */
export interface ImportProgress {
  doneBytes: number;
  totalBytes: number;
}

/**
 * Moves a model into `folder` and returns its new path. On one disk every file is renamed. Between disks all files are copied
 * under another name, read back and compared by their checksums, and only then renamed and the originals deleted; whatever
 * goes wrong before that leaves the original alone and nothing else. A name that is taken gets a number.
 */
export async function* importModel(
  path: string,
  folder: string,
  signal?: AbortSignal,
): AsyncGenerator<ImportProgress, string> {
  const model = await openModelFile(path);
  if (dirname(model.path) === folder) return model.path;
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const part of model.parts) {
      if ((await lstat(part)).isSymbolicLink()) throw new Error('it is a link to a file elsewhere');
    }
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const targets = await reserve((number) => targetNames(model, number).map((name) => join(folder, name)));
    undo.push(() => removeAll(targets));
    const moves = model.parts.map((from, index) => ({ from, to: targets[index] ?? '' }));
    if (!(await renameAll(moves, undo))) yield* copyAll(moves, model.sizeBytes, undo, signal);
    return targets[0] ?? model.path;
  } catch (error) {
    for (const step of undo.toReversed()) await step().catch(() => undefined);
    signal?.throwIfAborted();
    if (error instanceof ProblemError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw problemError('library.importFailed', { path, reason }, error);
  }
}

interface Move {
  from: string;
  to: string;
}

function targetNames({ parts }: ModelFile, number: number): string[] {
  const suffix = number === 1 ? '' : ` (${number})`;
  return parts.map((part) => {
    const name = basename(part);
    const split = parseSplitName(name);
    if (split) return splitName(`${split.prefix}${suffix}`, split.part, split.count);
    return number === 1 ? name : `${stem(name)}${suffix}.gguf`;
  });
}

/** False when they lie on another disk than where they go to. */
async function renameAll(moves: readonly Move[], undo: (() => Promise<void>)[]): Promise<boolean> {
  for (const { from, to } of moves) {
    try {
      await rename(from, to);
      undo.push(() => rename(to, from));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EXDEV') return false;
      throw error;
    }
  }
  return true;
}

async function* copyAll(
  moves: readonly Move[],
  sizeBytes: number,
  undo: (() => Promise<void>)[],
  signal: AbortSignal | undefined,
): AsyncGenerator<ImportProgress, void> {
  const folder = dirname(moves[0]?.to ?? '');
  await checkSpace(folder, sizeBytes);
  const progress = { doneBytes: 0, totalBytes: sizeBytes * 2 };
  for (const { from, to } of moves) {
    const copy = copyName(to);
    undo.push(() => rm(copy, { force: true }));
    const written = createHash('sha256');
    for await (const bytes of copyFile(from, copy, written, signal)) {
      progress.doneBytes += bytes;
      yield { ...progress };
    }
    const stored = createHash('sha256');
    for await (const bytes of hashFile(copy, stored, signal)) {
      progress.doneBytes += bytes;
      yield { ...progress };
    }
    if (written.digest('hex') !== stored.digest('hex'))
      throw new Error('the disk did not store what was copied to it');
  }
  for (const { to } of moves) await rename(copyName(to), to);
  await syncFolder(folder);
  undo.length = 0;
  await removeAll(moves.map(({ from }) => from));
}

/** Beside the target, so that taking its name is one step; hidden, and no model by its ending. */
function copyName(target: string): string {
  return join(dirname(target), `.${basename(target)}.copying`);
}

async function checkSpace(folder: string, sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const needed = sizeBytes * (1 + SPARE_SHARE);
  if (bavail * bsize >= needed) return;
  throw problemError('library.noSpace', {
    folder,
    needed: sizeInWords(needed),
    free: sizeInWords(bavail * bsize),
  });
}

/** Yields how much was copied, chunk by chunk; on the disk when it is through. */
async function* copyFile(
  from: string,
  to: string,
  hash: Hash,
  signal: AbortSignal | undefined,
): AsyncGenerator<number, void> {
  await using source = await open(from, 'r');
  await using target = await open(to, 'wx', 0o600);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await source.read(buffer, 0, CHUNK_BYTES);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    await target.writeFile(chunk);
    yield bytesRead;
  }
  await target.sync();
}

async function* hashFile(
  path: string,
  hash: Hash,
  signal: AbortSignal | undefined,
): AsyncGenerator<number, void> {
  await using file = await open(path, 'r');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
    if (bytesRead === 0) return;
    hash.update(buffer.subarray(0, bytesRead));
    yield bytesRead;
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; there the rename itself is durable.
  if (process.platform === 'win32') return;
  await using folder = await open(path, 'r');
  await folder.sync();
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}
