-- A conversation, and what was said in it. Ids of messages are UUIDv7, made by the server: they sort by time.
CREATE TABLE sessions (
  id text PRIMARY KEY,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL
);

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  session_id text NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('user', 'assistant')),
  content text NOT NULL,
  created_at timestamptz NOT NULL,
  request_id text NOT NULL,
  model text,
  from_cache boolean,
  handoff text,
  sources jsonb
);

CREATE INDEX messages_of_session ON messages (session_id, id);
CREATE INDEX messages_unanswered ON messages (created_at) WHERE handoff IS NOT NULL;
