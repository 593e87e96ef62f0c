import type { Migration } from './migrate.ts';

/**
 * What the list of models shows besides a header's first facts, where models are looked for, and which files there are
 * none. A model whose file has gone from a folder stays as `gone`: should it come back, its chats find it again.
 */
export const migration0070: Migration = {
  version: 70,
  up: (db) => {
    db.exec(`
      ALTER TABLE models ADD COLUMN given_name TEXT;
      ALTER TABLE models ADD COLUMN family TEXT NOT NULL DEFAULT '';
      ALTER TABLE models ADD COLUMN licence TEXT;
      ALTER TABLE models ADD COLUMN source TEXT NOT NULL DEFAULT 'opened';
      ALTER TABLE models ADD COLUMN folder TEXT;
      ALTER TABLE models ADD COLUMN origin TEXT;
      ALTER TABLE models ADD COLUMN file_count INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE models ADD COLUMN file_key TEXT;
      ALTER TABLE models ADD COLUMN state TEXT NOT NULL DEFAULT 'here' CHECK (state IN ('here', 'away', 'gone'));
      ALTER TABLE models ADD COLUMN tokens_per_second REAL;
      UPDATE models SET source = 'builtIn' WHERE built_in = 1;

      CREATE TABLE model_folders (
        path TEXT PRIMARY KEY,
        added_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE model_programs (
        program TEXT PRIMARY KEY,
        enabled_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE refused_files (
        path TEXT PRIMARY KEY,
        size_bytes INTEGER NOT NULL,
        mtime_ms REAL NOT NULL,
        source TEXT NOT NULL,
        folder TEXT NOT NULL,
        problem TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
