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

CREATE INDEX chats_by_model ON chats (model_id);

CREATE INDEX chats_by_update ON chats (updated_at DESC, id DESC) WHERE deleted_at IS NULL;

CREATE INDEX chats_deleted ON chats (deleted_at) WHERE deleted_at IS NOT NULL;

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

CREATE VIRTUAL TABLE messages_fts USING fts5 (
  text,
  content = 'searchable_messages',
  content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '1 2 3'
);

CREATE TRIGGER messages_fts_delete AFTER DELETE ON messages
WHEN old.status NOT IN ('queued', 'answering')
BEGIN
  INSERT INTO messages_fts (messages_fts, rowid, text) VALUES ('delete', old.id, old.text);
END;

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

CREATE INDEX messages_unfinished ON messages (id) WHERE status IN ('queued', 'answering');

CREATE TABLE models (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  architecture TEXT NOT NULL,
  level TEXT,
  parameters INTEGER NOT NULL,
  bits_per_weight REAL NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  trained_context INTEGER NOT NULL,
  has_chat_template INTEGER NOT NULL CHECK (has_chat_template IN (0, 1)),
  built_in INTEGER NOT NULL CHECK (built_in IN (0, 1)),
  added_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;

CREATE VIEW searchable_messages AS
  SELECT id, text FROM messages WHERE status NOT IN ('queued', 'answering');

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sqlite_sequence(name,seq);
