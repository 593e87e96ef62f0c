import type { Migration } from './migrate.ts';

/**
 * What is or was downloaded. How far a file has come is not told here but beside the file itself, where it is written
 * after the bytes it speaks of.
 */
export const migration0060: Migration = {
  version: 60,
  up: (db) => {
    db.exec(`
      CREATE TABLE downloads (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL,
        path TEXT,
        state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'done', 'failed', 'cancelled')),
        place INTEGER NOT NULL,
        found TEXT,
        problem TEXT,
        model_id INTEGER REFERENCES models (id) ON DELETE SET NULL,
        added_at INTEGER NOT NULL,
        finished_at INTEGER
      ) STRICT;

      CREATE INDEX downloads_by_model ON downloads (model_id);
    `);
  },
};
