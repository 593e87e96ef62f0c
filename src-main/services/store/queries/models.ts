import type { Model, ModelSource } from '../../../contract/models.contract.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { all, change, first, sql } from '../database/sql.ts';

/** away: its file is not there, but may come back. gone: the same, from a folder that is there; it is not listed. */
export type ModelState = 'here' | 'away' | 'gone';

export interface StoredModel extends Omit<Model, 'sameFileAs'> {
  /** Of the file when its header was checked, in milliseconds since 1970. */
  mtimeMs: number;
  /** The same for two names of one file; null where the system does not tell. */
  fileKey: string | null;
  state: ModelState;
  /** The place that lists it; null for a model that is listed on its own. */
  folder: string | null;
}

/** What a checked header and the disk say. */
export interface ModelFacts {
  path: string;
  name: string;
  family: string;
  architecture: string;
  level: string | null;
  parameters: number;
  bitsPerWeight: number;
  sizeBytes: number;
  fileCount: number;
  mtimeMs: number;
  fileKey: string | null;
  trainedContext: number;
  hasChatTemplate: boolean;
  licence: string | null;
  builtIn: boolean;
  source: ModelSource;
  folder: string | null;
  /** Null leaves what is known. */
  origin: string | null;
  now: number;
}

interface ModelRow {
  id: number;
  path: string;
  name: string;
  given_name: string | null;
  family: string;
  architecture: string;
  level: string | null;
  parameters: number;
  bits_per_weight: number;
  size_bytes: number;
  file_count: number;
  mtime_ms: number;
  file_key: string | null;
  trained_context: number;
  has_chat_template: number;
  licence: string | null;
  built_in: number;
  source: string;
  folder: string | null;
  origin: string | null;
  state: ModelState;
  added_at: number;
  last_used_at: number | null;
  tokens_per_second: number | null;
}

/** All but those that have gone: the built-in model first, then by last use; what was never used, newest first. */
export function listModels(db: ReadableDatabase): StoredModel[] {
  const rows = all<ModelRow>(
    db,
    sql`
      SELECT * FROM models WHERE state <> 'gone'
      ORDER BY built_in DESC, last_used_at DESC NULLS LAST, id DESC`,
  );
  return rows.map(toModel);
}

export interface IndexedFile {
  id: number;
  path: string;
  sizeBytes: number;
  mtimeMs: number;
  source: ModelSource;
  folder: string | null;
  state: ModelState;
  /** False for a row of a Nibble that did not note everything yet. */
  complete: boolean;
}

/** What a look at the disk is compared with; also those that have gone. */
export function listIndexedFiles(db: ReadableDatabase): IndexedFile[] {
  const rows = all<
    Pick<ModelRow, 'id' | 'path' | 'size_bytes' | 'mtime_ms' | 'source' | 'folder' | 'state' | 'family'>
  >(db, sql`SELECT id, path, size_bytes, mtime_ms, source, folder, state, family FROM models`);
  return rows.map((row) => ({
    id: row.id,
    path: row.path,
    sizeBytes: row.size_bytes,
    mtimeMs: row.mtime_ms,
    source: row.source as ModelSource,
    folder: row.folder,
    state: row.state,
    complete: row.family !== '',
  }));
}

export function getModel(db: ReadableDatabase, { modelId }: { modelId: number }): StoredModel | null {
  const row = first<ModelRow>(db, sql`SELECT * FROM models WHERE id = ${modelId}`);
  return row === null ? null : toModel(row);
}

export function getModelByPath(db: ReadableDatabase, { path }: { path: string }): StoredModel | null {
  const row = first<ModelRow>(db, sql`SELECT * FROM models WHERE path = ${path}`);
  return row === null ? null : toModel(row);
}

export function getBuiltInModel(db: ReadableDatabase): StoredModel | null {
  const row = first<ModelRow>(db, sql`SELECT * FROM models WHERE built_in = 1 AND state = 'here'`);
  return row === null ? null : toModel(row);
}

/** Remembers the model at a path, or what has changed about it; its id, given name, first and last use stay. */
export function upsertModel(db: WritableDatabase, facts: ModelFacts): StoredModel {
  const { path, name, family, architecture, level, parameters, bitsPerWeight, sizeBytes, fileCount } = facts;
  const { mtimeMs, fileKey, trainedContext, hasChatTemplate, licence, builtIn, source, folder } = facts;
  const { origin, now } = facts;
  change(db, sql`DELETE FROM refused_files WHERE path = ${path}`);
  const row = first<ModelRow>(
    db,
    sql`
      INSERT INTO models (
        path, name, family, architecture, level, parameters, bits_per_weight, size_bytes, file_count, mtime_ms,
        file_key, trained_context, has_chat_template, licence, built_in, source, folder, origin, added_at
      ) VALUES (
        ${path}, ${name}, ${family}, ${architecture}, ${level}, ${parameters}, ${bitsPerWeight}, ${sizeBytes},
        ${fileCount}, ${mtimeMs}, ${fileKey}, ${trainedContext}, ${hasChatTemplate}, ${licence}, ${builtIn},
        ${source}, ${folder}, ${origin}, ${now}
      )
      ON CONFLICT (path) DO UPDATE SET
        name = excluded.name, family = excluded.family, architecture = excluded.architecture,
        level = excluded.level, parameters = excluded.parameters, bits_per_weight = excluded.bits_per_weight,
        size_bytes = excluded.size_bytes, file_count = excluded.file_count, mtime_ms = excluded.mtime_ms,
        file_key = excluded.file_key, trained_context = excluded.trained_context,
        has_chat_template = excluded.has_chat_template, licence = excluded.licence,
        built_in = excluded.built_in, source = excluded.source, folder = excluded.folder,
        origin = coalesce(excluded.origin, origin), state = 'here'
      RETURNING *`,
  );
  if (row === null) throw new Error('an upsert returned no row');
  return toModel(row);
}

/** Its chats stay, without a model. */
export function forgetModel(db: WritableDatabase, { modelId }: { modelId: number }): void {
  change(db, sql`DELETE FROM models WHERE id = ${modelId}`);
}

export function touchModel(db: WritableDatabase, { modelId, now }: { modelId: number; now: number }): void {
  change(db, sql`UPDATE models SET last_used_at = ${now} WHERE id = ${modelId}`);
}

/** Null takes the given name away. */
export function renameModel(
  db: WritableDatabase,
  { modelId, name }: { modelId: number; name: string | null },
): void {
  change(db, sql`UPDATE models SET given_name = ${name} WHERE id = ${modelId}`);
}

/** The speed of the last answer, for the list. */
export function setModelSpeed(
  db: WritableDatabase,
  { modelId, tokensPerSecond }: { modelId: number; tokensPerSecond: number },
): void {
  change(db, sql`UPDATE models SET tokens_per_second = ${tokensPerSecond} WHERE id = ${modelId}`);
}

/** They were found again as they were, perhaps in another place. */
export function markModelsFound(
  db: WritableDatabase,
  { modelIds, source, folder }: { modelIds: readonly number[]; source: ModelSource; folder: string },
): void {
  for (const id of modelIds) {
    change(
      db,
      sql`UPDATE models SET state = 'here', source = ${source}, folder = ${folder} WHERE id = ${id}`,
    );
  }
}

export function setModelStates(
  db: WritableDatabase,
  { modelIds, state }: { modelIds: readonly number[]; state: ModelState },
): void {
  for (const id of modelIds) change(db, sql`UPDATE models SET state = ${state} WHERE id = ${id}`);
}

function toModel(row: ModelRow): StoredModel {
  return {
    id: row.id,
    path: row.path,
    name: row.given_name ?? row.name,
    renamed: row.given_name !== null,
    family: row.family || row.architecture,
    architecture: row.architecture,
    level: row.level,
    parameters: row.parameters,
    bitsPerWeight: row.bits_per_weight,
    sizeBytes: row.size_bytes,
    fileCount: row.file_count,
    mtimeMs: row.mtime_ms,
    fileKey: row.file_key,
    trainedContext: row.trained_context,
    hasChatTemplate: row.has_chat_template === 1,
    licence: row.licence,
    builtIn: row.built_in === 1,
    source: row.source as ModelSource,
    folder: row.folder,
    origin: row.origin,
    state: row.state,
    available: row.state === 'here',
    addedAt: row.added_at,
    lastUsedAt: row.last_used_at,
    measuredTokensPerSecond: row.tokens_per_second,
  };
}
