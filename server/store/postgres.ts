import { Pool, types } from 'pg'
import type { Config } from '../config.ts'
import { batchOf } from './postgres-batch.ts'
import { connectionOf } from './postgres-connection.ts'
import type { Feedback, Message, Store, Unanswered } from './store.ts'

// Timestamps stay the text they are; as ISO 8601, which every client reads.
const iso = (text: string) => new Date(text).toISOString()

interface Row {
  id: string
  session_id: string
  role: 'user' | 'assistant'
  content: string
  created_at: string
  request_id: string
  model: string | null
  from_cache: boolean | null
  handoff: string | null
  sources: string[] | null
}

// Sessions are written in the order of their ids, so that two replicas never wait for each other in a circle. When one
// was last seen is kept to the minute: its erasure counts in days, and each change of it costs as much as a message.
const insert = `
WITH rows AS (
  SELECT r.id, r.session_id, r.created_at, r.request_id, said.role, said.content, said.model, said.from_cache, said.handoff,
    said.sources
  FROM json_to_recordset($1::json) AS r (id uuid, session_id text, created_at timestamptz, request_id text, said int)
  JOIN json_to_recordset($2::json) AS said (number int, role text, content text, model text, from_cache boolean,
    handoff text, sources jsonb) ON said.number = r.said
), known AS (
  INSERT INTO sessions (id, created_at, last_seen_at)
  SELECT session_id, min(created_at), max(created_at) FROM rows GROUP BY session_id ORDER BY session_id
  ON CONFLICT (id) DO UPDATE SET last_seen_at = excluded.last_seen_at
    WHERE sessions.last_seen_at < excluded.last_seen_at - interval '1 minute'
)
INSERT INTO messages (id, session_id, role, content, created_at, request_id, model, from_cache, handoff, sources)
SELECT id, session_id, role, content, created_at, request_id, model, from_cache, handoff, sources FROM rows
ON CONFLICT (id) DO NOTHING`

/** The store of an environment. Its schema is made by the `migrate` command, never by a server that starts. */
export function openPostgres(config: Config, onError: (error: Error) => void): Store {
  const pool = new Pool({
    ...connectionOf(config.database!, config.databaseCa),
    max: 8,
    idleTimeoutMillis: 30_000,
    // The server's limit frees Postgres; the client's frees us when Postgres does not answer at all.
    statement_timeout: 2_500,
    query_timeout: 3_000,
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === 1184 ? iso : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  })
  pool.on('error', onError)
  return {
    kind: 'postgres',
    async write(messages: Message[]) {
      const { rows, said } = batchOf(messages)
      await pool.query({ name: 'write', text: insert, values: [rows, said] })
    },
    async recent(session, limit) {
      const { rows } = await pool.query<Row>({
        name: 'recent',
        text: 'SELECT * FROM messages WHERE session_id = $1 ORDER BY id DESC LIMIT $2',
        values: [session, limit],
      })
      return rows.reverse().map(messageOf)
    },
    async remove(session) {
      // The session first, as everybody else locks it: its messages before it, and two erasures wait for each other.
      const { rows } = await pool.query<{ count: number }>(
        `WITH held AS MATERIALIZED (SELECT id FROM sessions WHERE id = $1 FOR UPDATE),
         f AS (DELETE FROM feedback WHERE session_id = $1),
         m AS (DELETE FROM messages WHERE session_id = $1 AND (SELECT count(*) FROM held) >= 0 RETURNING 1),
         s AS (DELETE FROM sessions WHERE id IN (SELECT id FROM held)) SELECT count(*)::int AS count FROM m`,
        [session],
      )
      return rows[0]!.count
    },
    async expire(before, limit) {
      const { rowCount } = await pool.query(
        `DELETE FROM sessions WHERE id IN
           (SELECT id FROM sessions WHERE last_seen_at < $1 ORDER BY last_seen_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [before, limit],
      )
      return rowCount ?? 0
    },
    async addFeedback(feedback: Feedback) {
      await pool.query(
        `INSERT INTO feedback (id, session_id, request_id, rating, comment, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO NOTHING`,
        [
          feedback.id,
          feedback.session,
          feedback.requestId,
          feedback.rating,
          feedback.comment,
          feedback.createdAt,
        ],
      )
    },
    async unanswered(limit) {
      const { rows } = await pool.query<Unanswered>(
        `SELECT q.content AS question, q.session_id AS session, q.created_at AS "askedAt"
         FROM messages a JOIN messages q ON q.session_id = a.session_id AND q.request_id = a.request_id AND q.role = 'user'
         WHERE a.handoff = 'not_covered' ORDER BY a.created_at DESC LIMIT $1`,
        [limit],
      )
      return rows
    },
    async check() {
      await pool.query('SELECT 1 FROM messages LIMIT 0')
    },
    close: () => pool.end(),
  }
}

const messageOf = (row: Row): Message => ({
  id: row.id,
  session: row.session_id,
  role: row.role,
  content: row.content,
  createdAt: row.created_at,
  requestId: row.request_id,
  model: row.model ?? undefined,
  fromCache: row.from_cache ?? undefined,
  handoff: row.handoff ?? undefined,
  sources: row.sources ?? undefined,
})
