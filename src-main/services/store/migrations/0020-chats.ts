import type { Migration } from './migrate.ts';

/**
 * Chats and their messages. A message and its parent are of the same chat, which the composite keys hold; the keys are
 * deferred, because a chat and its leaf refer to each other. Nothing cascades along the tree: SQLite stops
 * cascades that are deeper than 1,000, and a chat may be longer.
 */
export const migration0020: Migration = {
  version: 20,
  up: (db) => {
    db.exec(`
      CREATE TABLE chats (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        title_is_automatic INTEGER NOT NULL CHECK (title_is_automatic IN (0, 1)),
        model_id INTEGER REFERENCES models (id) ON DELETE SET NULL,
        settings TEXT NOT NULL,
        leaf_message_id INTEGER,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER,
        FOREIGN KEY (id, leaf_message_id) REFERENCES messages (chat_id, id) DEFERRABLE INITIALLY DEFERRED
      ) STRICT;
      CREATE INDEX chats_by_update ON chats (updated_at DESC, id DESC) WHERE deleted_at IS NULL;
      CREATE INDEX chats_deleted ON chats (deleted_at) WHERE deleted_at IS NOT NULL;
      CREATE INDEX chats_by_model ON chats (model_id);

      CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat_id INTEGER NOT NULL REFERENCES chats (id) DEFERRABLE INITIALLY DEFERRED,
        parent_id INTEGER,
        role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
        text TEXT NOT NULL,
        reasoning TEXT NOT NULL DEFAULT '',
        status TEXT NOT NULL
          CHECK (status IN ('queued', 'answering', 'complete', 'stopped', 'failed', 'interrupted')),
        problem TEXT,
        stats TEXT,
        model_name TEXT,
        created_at INTEGER NOT NULL,
        UNIQUE (chat_id, id),
        FOREIGN KEY (chat_id, parent_id) REFERENCES messages (chat_id, id) DEFERRABLE INITIALLY DEFERRED
      ) STRICT;
      CREATE INDEX messages_by_parent ON messages (chat_id, parent_id);
      CREATE INDEX messages_unfinished ON messages (id) WHERE status IN ('queued', 'answering');
    `);
  },
};
