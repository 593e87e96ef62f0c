import type { Migration } from './migrate.ts';

/**
 * Full-text search. The index holds no copy of the text; it refers to a view of the settled messages, so an answer
 * in progress, which is saved every second, costs the index nothing until its final status. Deleted words leave the
 * index at once instead of at its next merge ('secure-delete'). Beginnings of up to three letters have an index of
 * their own: without it a search for `a` takes 310 ms among 200,000 messages as it is typed, with it 0.4 ms.
 */
export const migration0030: Migration = {
  version: 30,
  up: (db) => {
    db.exec(`
      CREATE VIEW searchable_messages AS
        SELECT id, text FROM messages WHERE status NOT IN ('queued', 'answering');

      CREATE VIRTUAL TABLE messages_fts USING fts5 (
        text,
        content = 'searchable_messages',
        content_rowid = 'id',
        tokenize = 'unicode61 remove_diacritics 2',
        prefix = '1 2 3'
      );
      INSERT INTO messages_fts (messages_fts, rank) VALUES ('secure-delete', 1);
      INSERT INTO messages_fts (messages_fts) VALUES ('rebuild');

      CREATE TRIGGER messages_fts_insert AFTER INSERT ON messages
      WHEN new.status NOT IN ('queued', 'answering')
      BEGIN
        INSERT INTO messages_fts (rowid, text) VALUES (new.id, new.text);
      END;

      CREATE TRIGGER messages_fts_update AFTER UPDATE OF text, status ON messages
      WHEN old.status NOT IN ('queued', 'answering') OR new.status NOT IN ('queued', 'answering')
      BEGIN
        INSERT INTO messages_fts (messages_fts, rowid, text)
          SELECT 'delete', old.id, old.text WHERE old.status NOT IN ('queued', 'answering');
        INSERT INTO messages_fts (rowid, text)
          SELECT new.id, new.text WHERE new.status NOT IN ('queued', 'answering');
      END;

      CREATE TRIGGER messages_fts_delete AFTER DELETE ON messages
      WHEN old.status NOT IN ('queued', 'answering')
      BEGIN
        INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', old.id, old.text);
      END;
    `);
  },
};
