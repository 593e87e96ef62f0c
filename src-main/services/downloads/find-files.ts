import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { problemError } from '../../contract/problem.ts';
import { safeFileName, safeSegments } from '../../domain/download-plan/file-names.ts';
import { parseLevel, parseSplitName, splitName } from '../../domain/gguf/names.ts';
import { modelLimits } from '../../domain/gguf/limits.ts';
import type { Egress } from '../hub/egress/egress.ts';
import { HubClient, type HubRepository } from '../hub/hub-client.ts';
import type { HubModel } from '../hub/hub-models.ts';
import { fileNameIn, withFileName } from './file-name-in-address.ts';
import type { Found } from './found-files.ts';
import { readSource, type Source } from './read-source.ts';

export interface FindRequest {
  source: string;
  path: string | null;
  /** The models folder. */
  folder: string;
  egress: Egress;
}

/** A file before it has its place. */
interface Wanted {
  /** Folders and name, safe, below the models folder. */
  segments: string[];
  url: string;
  sizeBytes: number | null;
  sha256: string | null;
}

/** Asks what there is at a source and says where its files will lie. Throws a `hub.…` or `download.…` problem. */
export async function findFiles(request: FindRequest, signal: AbortSignal): Promise<Found> {
  const source = readSource(request.source, request.path);
  if (source.kind === 'address') return findAddress(source.url, request.folder);
  const client = new HubClient(request.egress);
  const repository = await client.repository(source, signal);
  const model = chooseModel(repository, source);
  const wanted = model.parts.map(({ path, sizeBytes, sha256, commit }) => ({
    segments: [...repository.id.split('/').map(safeFileName), ...safeSegments(path)],
    url: client.fileUrl(repository.id, commit, path).href,
    sizeBytes,
    sha256,
  }));
  return {
    repository: repository.id,
    level: model.level,
    isGated: repository.isGated,
    name: nameOf(model.path),
    files: await place(wanted, request.folder),
  };
}

function chooseModel(
  { id, models }: HubRepository,
  { path, level }: Extract<Source, { kind: 'hub' }>,
): HubModel {
  const meant =
    path === null ? models : models.filter(({ parts }) => parts.some((part) => part.path === path));
  const [only, ...others] = meant;
  if (!only) throw problemError('hub.fileGone', { path: path ?? id, host: id });
  if (others.length > 0) {
    const names = [...new Set(meant.map((model) => model.level ?? model.path))];
    const example = names[0] ?? '';
    // Two files of one level differ in their names only.
    const levels = (level === null ? names : meant.map((model) => model.path)).join(', ');
    throw problemError('download.whichLevel', { repository: id, levels, example });
  }
  const [missing] = only.missingParts;
  if (missing !== undefined) {
    const count = only.parts.length + only.missingParts.length;
    throw problemError('model.partMissing', { part: missing, count });
  }
  return only;
}

/** A file anywhere; the parts of a split one lie beside each other. */
async function findAddress(url: URL, folder: string): Promise<Found> {
  const fileName = fileNameIn(url);
  const split = parseSplitName(fileName);
  const isSplit = split !== null && split.count > 1 && split.count <= modelLimits.splitParts;
  const names = isSplit
    ? Array.from({ length: split.count }, (_, index) => splitName(split.prefix, index + 1, split.count))
    : [fileName];
  const wanted = names.map((name) => ({
    segments: [safeFileName(url.hostname), safeFileName(name)],
    url: withFileName(url, fileName, name).href,
    sizeBytes: null,
    sha256: null,
  }));
  return {
    repository: null,
    level: parseLevel(fileName)?.label ?? null,
    isGated: false,
    name: nameOf(fileName),
    files: await place(wanted, folder),
  };
}

/** What all parts of a split model have in common, else the name of the file; safe to show. */
function nameOf(path: string): string {
  const fileName = path.split('/').at(-1) ?? path;
  const split = parseSplitName(fileName);
  return safeFileName(split && split.count > 1 ? `${split.prefix}.gguf` : fileName);
}

const MAX_PLACES = 100;

/** In a folder of its own; beside what is there already, if that is another file: nothing is ever overwritten. */
async function place(wanted: readonly Wanted[], folder: string): Promise<Found['files']> {
  for (let attempt = 1; attempt <= MAX_PLACES; attempt++) {
    const files = wanted.map(({ segments, ...file }) => {
      const folders = segments.slice(0, -1);
      const last = folders.pop() ?? '';
      const name = segments.at(-1) ?? '';
      const path = join(folder, ...folders, attempt === 1 ? last : `${last} (${attempt})`, name);
      mustBeBelow(folder, path);
      return { name, path, ...file };
    });
    if (!(await anyTaken(files))) return files;
  }
  throw problemError('download.taken', { path: folder });
}

async function anyTaken(files: Found['files']): Promise<boolean> {
  for (const { path, sizeBytes } of files) {
    const size = await stat(path).then(
      (stats) => stats.size,
      () => null,
    );
    if (size !== null && size !== sizeBytes) return true;
  }
  return false;
}

/** The names are safe already; whoever changes that is stopped here. */
function mustBeBelow(folder: string, path: string): void {
  const way = relative(folder, path);
  if (way === '' || way.startsWith('..') || isAbsolute(way))
    throw new Error(`${path} is not below ${folder}`);
}
