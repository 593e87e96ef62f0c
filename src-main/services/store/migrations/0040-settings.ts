import type { Migration } from './migrate.ts';

/** One row per setting, as JSON, so that a Nibble that does not know a setting leaves it alone. */
export const migration0040: Migration = {
  version: 40,
  up: (db) => {
    db.exec(`
      CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
