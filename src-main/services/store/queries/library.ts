import type { ModelSource, OtherProgram, RefusedFile } from '../../../contract/models.contract.ts';
import { describeProblem, problemSchema } from '../../../contract/problem.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { all, change, sql } from '../database/sql.ts';
import { parseJson } from '../parse-with-defaults.ts';
import { upsertModel, type ModelFacts } from './models.ts';

/** A file that was looked at and is no model, as it was then. */
export interface StoredRefusal extends RefusedFile {
  mtimeMs: number;
  /** The place that it was found in. */
  folder: string;
}

/** Folders that the person has added, in the order they were. */
export function listModelFolders(db: ReadableDatabase): string[] {
  return all<{ path: string }>(db, sql`SELECT path FROM model_folders ORDER BY added_at, path`).map(
    ({ path }) => path,
  );
}

export function addModelFolder(db: WritableDatabase, { path, now }: { path: string; now: number }): void {
  change(
    db,
    sql`INSERT INTO model_folders (path, added_at) VALUES (${path}, ${now}) ON CONFLICT (path) DO NOTHING`,
  );
}

export function removeModelFolder(db: WritableDatabase, { path }: { path: string }): void {
  change(db, sql`DELETE FROM model_folders WHERE path = ${path}`);
}

/** Other programs whose models are listed. A name that this version does not know is passed over by who reads it. */
export function listModelPrograms(db: ReadableDatabase): string[] {
  return all<{ program: string }>(db, sql`SELECT program FROM model_programs`).map(({ program }) => program);
}

export function setModelProgram(
  db: WritableDatabase,
  { program, enabled, now }: { program: OtherProgram; enabled: boolean; now: number },
): void {
  change(db, sql`DELETE FROM model_programs WHERE program = ${program}`);
  if (enabled) change(db, sql`INSERT INTO model_programs (program, enabled_at) VALUES (${program}, ${now})`);
}

export function listRefusedFiles(db: ReadableDatabase): StoredRefusal[] {
  const rows = all<{
    path: string;
    size_bytes: number;
    mtime_ms: number;
    source: string;
    folder: string;
    problem: string;
  }>(db, sql`SELECT * FROM refused_files ORDER BY path`);
  return rows.map((row) => {
    const problem = problemSchema.safeParse(parseJson(row.problem));
    return {
      path: row.path,
      sizeBytes: row.size_bytes,
      mtimeMs: row.mtime_ms,
      source: row.source as ModelSource,
      folder: row.folder,
      problem: problem.success ? problem.data : describeProblem('internal'),
    };
  });
}

/** What a look at the disk has found, in one transaction. */
export function saveFound(
  db: WritableDatabase,
  { models, refused }: { models: readonly ModelFacts[]; refused: readonly StoredRefusal[] },
): void {
  for (const facts of models) upsertModel(db, facts);
  for (const { path, sizeBytes, mtimeMs, source, folder, problem } of refused) {
    // It was a model before.
    change(db, sql`UPDATE models SET state = 'gone' WHERE path = ${path}`);
    change(
      db,
      sql`
        INSERT INTO refused_files (path, size_bytes, mtime_ms, source, folder, problem)
        VALUES (${path}, ${sizeBytes}, ${mtimeMs}, ${source}, ${folder}, ${JSON.stringify(problem)})
        ON CONFLICT (path) DO UPDATE SET
          size_bytes = excluded.size_bytes, mtime_ms = excluded.mtime_ms, source = excluded.source,
          folder = excluded.folder, problem = excluded.problem`,
    );
  }
}

export function dropRefusedFiles(db: WritableDatabase, { paths }: { paths: readonly string[] }): void {
  for (const path of paths) change(db, sql`DELETE FROM refused_files WHERE path = ${path}`);
}
