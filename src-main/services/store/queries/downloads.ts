import type { Problem } from '../../../contract/problem.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { all, change, first, sql } from '../database/sql.ts';
import { parseJson } from '../parse-with-defaults.ts';

/** active: waits for its turn or has it; a Nibble that starts goes on with it. */
export type KeptState = 'active' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface StoredDownload {
  id: number;
  /** As it was asked for: a reference or a whole address. */
  source: string;
  /** Names a model of the repository by its file. */
  path: string | null;
  state: KeptState;
  /** Smaller ones come first. */
  place: number;
  /** What the server said there is, and where it is put; null before it was asked. Its shape is the caller's. */
  found: unknown;
  problem: Problem | null;
  modelId: number | null;
  addedAt: number;
  finishedAt: number | null;
}

interface DownloadRow {
  id: number;
  source: string;
  path: string | null;
  state: KeptState;
  place: number;
  found: string | null;
  problem: string | null;
  model_id: number | null;
  added_at: number;
  finished_at: number | null;
}

export function listDownloads(db: ReadableDatabase): StoredDownload[] {
  return all<DownloadRow>(db, sql`SELECT * FROM downloads ORDER BY place, id`).map(toDownload);
}

/** At the end of the queue. */
export function addDownload(
  db: WritableDatabase,
  { source, path, now }: { source: string; path: string | null; now: number },
): StoredDownload {
  const row = first<DownloadRow>(
    db,
    sql`
      INSERT INTO downloads (source, path, state, place, added_at)
      VALUES (${source}, ${path}, 'active', (SELECT ifnull(max(place), 0) + 1 FROM downloads), ${now})
      RETURNING *`,
  );
  if (row === null) throw new Error('an insert returned no row');
  return toDownload(row);
}

export function saveDownload(db: WritableDatabase, download: Omit<StoredDownload, 'addedAt'>): void {
  const { id, state, place, found, problem, modelId, finishedAt } = download;
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  change(
    db,
    sql`
      UPDATE downloads SET
        state = ${state}, place = ${place}, found = ${json(found)}, problem = ${json(problem)},
        model_id = ${modelId}, finished_at = ${finishedAt}
      WHERE id = ${id}`,
  );
}

export function removeDownload(db: WritableDatabase, { downloadId }: { downloadId: number }): void {
  change(db, sql`DELETE FROM downloads WHERE id = ${downloadId}`);
}

/** The first of `downloadIds` comes first. */
export function orderDownloads(
  db: WritableDatabase,
  { downloadIds }: { downloadIds: readonly number[] },
): void {
  for (const [index, id] of downloadIds.entries()) {
    change(db, sql`UPDATE downloads SET place = ${index + 1} WHERE id = ${id}`);
  }
}

function toDownload(row: DownloadRow): StoredDownload {
  return {
    id: row.id,
    source: row.source,
    path: row.path,
    state: row.state,
    place: row.place,
    found: row.found === null ? null : (parseJson(row.found) ?? null),
    problem: row.problem === null ? null : ((parseJson(row.problem) ?? null) as Problem | null),
    modelId: row.model_id,
    addedAt: row.added_at,
    finishedAt: row.finished_at,
  };
}
