-- What a customer thought of an answer, by the request that gave it.
CREATE TABLE feedback (
  id uuid PRIMARY KEY,
  session_id text NOT NULL,
  request_id text NOT NULL,
  rating text NOT NULL CHECK (rating IN ('up', 'down')),
  comment text,
  created_at timestamptz NOT NULL
);

CREATE INDEX feedback_of_session ON feedback (session_id);
