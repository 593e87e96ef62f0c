import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { problemError, ProblemError } from '../../contract/problem.ts';
import { parseSplitName } from '../../domain/gguf/names.ts';
import type { RefusedModel, TableModel } from '../../domain/planner/table/types.ts';
import type { ModelFileCache } from '../library/model-file-cache.ts';
import { fileProblem, type ModelFile } from '../library/model-file.ts';

/** Of a folder; the others are left out of the table. */
export const MAX_LOCAL_MODELS = 64;

/** A file of this computer as a row of the table. */
export function tableModel({ fileName: file, sizeBytes, header, summary }: ModelFile): TableModel {
  return { file, sizeBytes, header, summary, uploader: null };
}

/** What cannot be looked at is taken for a file: opening it says what is wrong. */
export async function isFolder(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats?.isDirectory() ?? false;
}

/** The models of a folder, by name; those that cannot be read with the reason. Throws `plan.noModels`, or a `model.…` problem. */
export async function readFolder(
  folder: string,
  files: ModelFileCache,
): Promise<(TableModel | RefusedModel)[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileProblem(error, folder);
  });
  const wanted = onePartEach(names.filter((name) => name.toLowerCase().endsWith('.gguf'))).sort();
  if (wanted.length === 0) throw problemError('plan.noModels', { path: folder });
  const models: (TableModel | RefusedModel)[] = [];
  // One after the other: parsing a vocabulary keeps the processor busy, not the disk.
  for (const name of wanted.slice(0, MAX_LOCAL_MODELS))
    models.push(await readOrRefuse(join(folder, name), files));
  return models;
}

export async function readOrRefuse(path: string, files: ModelFileCache): Promise<TableModel | RefusedModel> {
  try {
    return tableModel(await files.open(path));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { what, why } = error.problem;
    const stats = await stat(path).catch(() => null);
    return { file: basename(path), sizeBytes: stats?.size ?? 0, reason: `${what} ${why}` };
  }
}

/** Any part stands for the whole of a split model. */
function onePartEach(names: readonly string[]): string[] {
  const groups = Map.groupBy(names, (name) => {
    const split = parseSplitName(name);
    return split && split.count > 1 ? JSON.stringify([split.prefix, split.count]) : name;
  });
  return [...groups.values()].flatMap((group) => group.sort()[0] ?? []);
}
