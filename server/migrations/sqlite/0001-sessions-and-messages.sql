CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  created_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL
) STRICT;

CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  content TEXT NOT NULL,
  created_at TEXT NOT NULL,
  request_id TEXT NOT NULL,
  model TEXT,
  from_cache INTEGER,
  handoff TEXT,
  sources TEXT
) STRICT;

CREATE INDEX messages_of_session ON messages (session_id, id);
CREATE INDEX messages_unanswered ON messages (created_at) WHERE handoff IS NOT NULL;
