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

CREATE TABLE sqlite_sequence(name,seq);
