import { Database } from 'bun:sqlite'
import { type Migration, type MigrationTarget, migrate } from './migrations.ts'
import type { Feedback, Message, Store, Unanswered } from './store.ts'

interface Row {
  id: string
  session_id: string
  role: 'user' | 'assistant'
  content: string
  created_at: string
  request_id: string
  model: string | null
  from_cache: number | null
  handoff: string | null
  sources: string | null
}

/** The embedded store: a fresh clone answers with nothing else installed. It belongs to one process. */
export async function openSqlite(path: string, migrations: Migration[]): Promise<Store> {
  const database = new Database(path, { create: true, strict: true })
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = NORMAL')
  database.run('PRAGMA foreign_keys = ON')
  database.run('PRAGMA busy_timeout = 2000')
  await migrate(target(database), migrations)

  const addSession = database.query(
    `INSERT INTO sessions (id, created_at, last_seen_at) VALUES ($id, $at, $at)
     ON CONFLICT (id) DO UPDATE SET last_seen_at = max(last_seen_at, excluded.last_seen_at)`,
  )
  const addMessage = database.query(
    `INSERT INTO messages VALUES ($id, $session, $role, $content, $at, $request, $model, $cached, $handoff, $sources)
     ON CONFLICT (id) DO NOTHING`,
  )
  const lastOf = database.query<Row, { session: string; limit: number }>(
    'SELECT * FROM messages WHERE session_id = $session ORDER BY id DESC LIMIT $limit',
  )
  const writeAll = database.transaction((messages: Message[]) => {
    for (const message of messages) {
      addSession.run({ id: message.session, at: message.createdAt })
      addMessage.run({
        id: message.id,
        session: message.session,
        role: message.role,
        content: message.content,
        at: message.createdAt,
        request: message.requestId,
        model: message.model ?? null,
        cached: message.fromCache === undefined ? null : Number(message.fromCache),
        handoff: message.handoff ?? null,
        sources: message.sources ? JSON.stringify(message.sources) : null,
      })
    }
  })

  return {
    kind: 'embedded',
    async write(messages) {
      writeAll(messages)
    },
    async recent(session, limit) {
      return lastOf.all({ session, limit }).reverse().map(messageOf)
    },
    async remove(session) {
      database.query('DELETE FROM feedback WHERE session_id = $session').run({ session })
      const { count } = database
        .query<{ count: number }, { session: string }>(
          'SELECT count(*) AS count FROM messages WHERE session_id = $session',
        )
        .get({ session })!
      database.query('DELETE FROM sessions WHERE id = $session').run({ session })
      return count
    },
    async expire(before, limit) {
      return database
        .query(
          'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE last_seen_at < $before ORDER BY last_seen_at LIMIT $limit)',
        )
        .run({ before: before.toISOString(), limit }).changes
    },
    async addFeedback(feedback: Feedback) {
      database
        .query(
          `INSERT INTO feedback VALUES ($id, $session, $request, $rating, $comment, $at) ON CONFLICT (id) DO NOTHING`,
        )
        .run({
          id: feedback.id,
          session: feedback.session,
          request: feedback.requestId,
          rating: feedback.rating,
          comment: feedback.comment ?? null,
          at: feedback.createdAt,
        })
    },
    async unanswered(limit) {
      return database
        .query<Unanswered, { limit: number }>(
          `SELECT q.content AS question, q.session_id AS session, q.created_at AS askedAt
           FROM messages a JOIN messages q ON q.request_id = a.request_id AND q.session_id = a.session_id AND q.role = 'user'
           WHERE a.handoff = 'not_covered' ORDER BY a.id DESC LIMIT $limit`,
        )
        .all({ limit })
    },
    async check() {
      database.query('SELECT 1').get()
    },
    async close() {
      database.close()
    },
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
  fromCache: row.from_cache === null ? undefined : row.from_cache === 1,
  handoff: row.handoff ?? undefined,
  sources: row.sources ? (JSON.parse(row.sources) as string[]) : undefined,
})

function target(database: Database): MigrationTarget {
  database.run(
    'CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)',
  )
  return {
    async applied() {
      return database
        .query<{ name: string; checksum: string }, []>('SELECT name, checksum FROM schema_migrations')
        .all()
    },
    async apply({ name, sql, checksum }) {
      database.transaction(() => {
        database.run(sql)
        database.run('INSERT INTO schema_migrations VALUES (?, ?, ?)', [
          name,
          checksum,
          new Date().toISOString(),
        ])
      })()
    },
  }
}
