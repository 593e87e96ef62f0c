import type { ReadableDatabase, WritableDatabase } from '../database/handles.ts';
import { all, change, sql } from '../database/sql.ts';
import { parseJson } from '../parse-with-defaults.ts';

/** Every stored setting as it was written, also those this version does not know. */
export function getSettings(db: ReadableDatabase): Record<string, unknown> {
  const rows = all<{ key: string; value: string }>(db, sql`SELECT key, value FROM settings`);
  return Object.fromEntries(rows.map(({ key, value }) => [key, parseJson(value)]));
}

export function setSettings(db: WritableDatabase, { changes }: { changes: Record<string, unknown> }): void {
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    change(
      db,
      sql`
        INSERT INTO settings (key, value) VALUES (${key}, ${JSON.stringify(value)})
        ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    );
  }
}
