import {
  actualDeviceSchema,
  loadRecordSchema,
  type ActualDevice,
  type AnswerSpeed,
  type LoadRecord,
} from '../../../contract/accuracy.contract.ts';
import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { all, change, sql } from '../database/sql.ts';
import { parseJson } from '../parse-with-defaults.ts';

/** A year of ten loads a day would be more, but what was long ago says nothing of the machine as it is. */
const MOST_LOADS = 300;
const MOST_SPEEDS_PER_LOAD = 30;

export type NewLoad = Omit<LoadRecord, 'id' | 'speeds'>;

interface LoadRow {
  id: number;
  loaded_at: number;
  model_name: string;
  file: string;
  level: string | null;
  size_bytes: number;
  settings: string;
  predicted: string;
  actual: string | null;
  failure: string | null;
}

interface SpeedRow {
  load_id: number;
  decode_tokens_per_second: number | null;
  prefill_tokens_per_second: number | null;
}

/** Newest first. Rows that this version cannot read are left out. */
export function listLoads(db: ReadableDatabase): LoadRecord[] {
  const speeds = Map.groupBy(
    all<SpeedRow>(db, sql`SELECT * FROM answer_speeds ORDER BY id`),
    ({ load_id }) => load_id,
  );
  const rows = all<LoadRow>(db, sql`SELECT * FROM loads ORDER BY id DESC`);
  return rows.flatMap((row) => {
    const { success, data } = loadRecordSchema.safeParse(recordOf(row, speeds.get(row.id) ?? []));
    return success ? [data] : [];
  });
}

/** Returns the id. The oldest loads beyond the limit are forgotten. */
export function addLoad(db: WritableDatabase, load: NewLoad): number {
  const { loadedAt, modelName, file, level, sizeBytes, settings, predicted, actual, failure } = load;
  const { id } = change(
    db,
    sql`
      INSERT INTO loads (
        loaded_at, model_name, file, level, size_bytes, settings, predicted, actual, failure
      ) VALUES (
        ${loadedAt}, ${modelName}, ${file}, ${level}, ${sizeBytes}, ${JSON.stringify(settings)},
        ${JSON.stringify(predicted)}, ${actual && JSON.stringify(actual)}, ${failure}
      )`,
  );
  change(
    db,
    sql`DELETE FROM loads WHERE id <= (SELECT id FROM loads ORDER BY id DESC LIMIT 1 OFFSET ${MOST_LOADS})`,
  );
  return id;
}

export interface MeasuredAnswer extends AnswerSpeed {
  loadId: number;
  /** The load's memory as it is now; it grows as more pages are touched. */
  actual: ActualDevice[];
}

/** Adds the speeds of an answer to its load; does nothing when that is forgotten already. */
export function addAnswerSpeed(db: WritableDatabase, answer: MeasuredAnswer): void {
  const { loadId, decodeTokensPerSecond, prefillTokensPerSecond, actual } = answer;
  const json = JSON.stringify(actualDeviceSchema.array().parse(actual));
  const { changes } = change(db, sql`UPDATE loads SET actual = ${json} WHERE id = ${loadId}`);
  if (changes === 0) return;
  change(
    db,
    sql`
      INSERT INTO answer_speeds (load_id, decode_tokens_per_second, prefill_tokens_per_second)
      VALUES (${loadId}, ${decodeTokensPerSecond}, ${prefillTokensPerSecond})`,
  );
  change(
    db,
    sql`
      DELETE FROM answer_speeds WHERE load_id = ${loadId} AND id <= (
        SELECT id FROM answer_speeds WHERE load_id = ${loadId}
        ORDER BY id DESC LIMIT 1 OFFSET ${MOST_SPEEDS_PER_LOAD}
      )`,
  );
}

function recordOf(row: LoadRow, speeds: readonly SpeedRow[]): unknown {
  return {
    id: row.id,
    loadedAt: row.loaded_at,
    modelName: row.model_name,
    file: row.file,
    level: row.level,
    sizeBytes: row.size_bytes,
    settings: parseJson(row.settings),
    predicted: parseJson(row.predicted),
    actual: row.actual === null ? null : parseJson(row.actual),
    failure: row.failure,
    speeds: speeds.map((speed) => ({
      decodeTokensPerSecond: speed.decode_tokens_per_second,
      prefillTokensPerSecond: speed.prefill_tokens_per_second,
    })),
  };
}
