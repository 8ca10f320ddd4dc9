-- Sessions are erased some time after their last message: the erasure looks for the oldest.
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at);
