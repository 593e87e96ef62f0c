import type { Migration } from './migrate.ts';

/**
 * What was predicted of each load and what it really took, with the speeds of its answers; and what a person is told
 * beside an answer while it is written.
 */
export const migration0050: Migration = {
  version: 50,
  up: (db) => {
    db.exec(`
      CREATE TABLE loads (
        id INTEGER PRIMARY KEY,
        loaded_at INTEGER NOT NULL,
        model_name TEXT NOT NULL,
        file TEXT NOT NULL,
        level TEXT,
        size_bytes INTEGER NOT NULL,
        settings TEXT NOT NULL,
        predicted TEXT NOT NULL,
        actual TEXT,
        failure TEXT
      ) STRICT;

      CREATE TABLE answer_speeds (
        id INTEGER PRIMARY KEY,
        load_id INTEGER NOT NULL REFERENCES loads (id) ON DELETE CASCADE,
        decode_tokens_per_second REAL,
        prefill_tokens_per_second REAL
      ) STRICT;
      CREATE INDEX answer_speeds_of_load ON answer_speeds (load_id);

      ALTER TABLE messages ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';
    `);
  },
};
