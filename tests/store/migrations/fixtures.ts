/** Databases as earlier versions left them: the schema of that version, with rows. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { migrations } from '../../../src-main/services/store/migrations/index.ts';

/** What each migration made it possible to store. Written as that version would have. */
const rows: Readonly<Record<number, string>> = {
  10: `
    INSERT INTO models (path, name, architecture, parameters, bits_per_weight, size_bytes, mtime_ms,
      trained_context, has_chat_template, built_in, added_at)
    VALUES ('/models/old.gguf', 'Old', 'llama', 1000, 4.5, 600, 1.5, 2048, 1, 0, 7);`,
  20: `
    INSERT INTO chats (id, title, title_is_automatic, model_id, settings, created_at, updated_at)
    VALUES (1, 'Old chat', 1, 1, '{"temperature":0.1}', 7, 8);
    INSERT INTO messages (id, chat_id, parent_id, role, text, status, created_at) VALUES
      (1, 1, NULL, 'user', 'An old question', 'complete', 7),
      (2, 1, 1, 'assistant', 'An old answer', 'complete', 7),
      (3, 1, 2, 'user', 'Another question', 'complete', 8),
      (4, 1, 3, 'assistant', 'Half an ans', 'answering', 8);
    UPDATE chats SET leaf_message_id = 4;`,
  30: '',
  40: `INSERT INTO settings (key, value) VALUES ('theme', '"dark"');`,
  50: `
    INSERT INTO loads (id, loaded_at, model_name, file, size_bytes, settings, predicted)
    VALUES (1, 7, 'Old', 'old.gguf', 600, '{}', '{}');
    INSERT INTO answer_speeds (load_id, decode_tokens_per_second) VALUES (1, 31.5);`,
  60: `
    INSERT INTO downloads (source, path, state, place, found, model_id, added_at)
    VALUES ('hf:owner/name:Q4_K_M', NULL, 'paused', 3, '{"name":"Old"}', 1, 9);`,
  70: `
    UPDATE models SET given_name = 'My model', family = 'Llama', folder = '/models', source = 'folder' WHERE id = 1;
    INSERT INTO model_folders (path, added_at) VALUES ('/models', 7);
    INSERT INTO model_programs (program, enabled_at) VALUES ('ollama', 7);
    INSERT INTO refused_files (path, size_bytes, mtime_ms, source, folder, problem)
    VALUES ('/models/broken.gguf', 5, 1.5, 'folder', '/models', '{"code":"model.notGguf","what":"a","why":"b","todo":"c"}');`,
};

/** Makes the database of `version` in `dataDir`; 0 is an empty file. */
export function writeDatabaseOf(version: number, dataDir: string): string {
  const path = join(dataDir, 'nibble.db');
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  for (const step of migrations) {
    if (step.version > version) break;
    step.up(db);
    db.pragma(`user_version = ${String(step.version)}`);
    db.exec(rows[step.version] ?? '');
  }
  db.close();
  return path;
}

/** The text of the whole schema, without what FTS5 makes for itself. */
export function schemaOf(path: string): string {
  const db = new Database(path, { readonly: true });
  const entries = db
    .prepare<[], { sql: string }>(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND (name NOT LIKE 'messages_fts_%'
         OR type = 'trigger') ORDER BY name`,
    )
    .all();
  db.close();
  return `${entries.map(({ sql }) => sql.replaceAll(/^ {6}/gm, '')).join(';\n\n')};\n`;
}
