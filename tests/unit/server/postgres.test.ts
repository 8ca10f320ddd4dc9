import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '../../../server/config.ts'
import { readMigrations } from '../../../server/store/migrations.ts'
import { openPostgres } from '../../../server/store/postgres.ts'
import type { Message } from '../../../server/store/store.ts'
import { sweep } from './support/leftovers.ts'
import { patience, until } from './support/ports.ts'
import { startPostgres } from './support/postgres.ts'
import { root, run, startServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

let postgres: Awaited<ReturnType<typeof startPostgres>>
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.remove())

describe('migrate', () => {
  test('brings an empty database to the schema, and says nothing is to do the second time', async () => {
    const database = await postgres.createDatabase()
    const first = await run(['migrate'], { DATABASE_URL: postgres.url(database) })
    expect(first.code).toBe(0)
    const tables = await postgres.query<{ name: string }>(
      database,
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
    )
    expect(tables.map(({ name }) => name)).toEqual(['feedback', 'messages', 'schema_migrations', 'sessions'])
    const second = await run(['migrate'], { DATABASE_URL: postgres.url(database) })
    expect([second.code, JSON.parse(second.stdout).applied]).toEqual([0, []])
  })

  test('four at once: each ends with 0 and every migration ran once', async () => {
    const database = await postgres.createDatabase()
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => run(['migrate'], { DATABASE_URL: postgres.url(database) })),
    )
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    const known = await readMigrations(join(root, 'server/migrations/postgres'))
    const applied = runs.flatMap(({ stdout }) => JSON.parse(stdout).applied as string[])
    expect(applied.sort()).toEqual(known.map(({ name }) => name))
  })

  test('refuses with 1 when an applied migration has changed since, and changes nothing', async () => {
    const database = await postgres.createDatabase()
    expect((await run(['migrate'], { DATABASE_URL: postgres.url(database) })).code).toBe(0)
    await postgres.query(database, "UPDATE schema_migrations SET checksum = 'other' WHERE name LIKE '0001%'")
    const { code, stdout } = await run(['migrate'], { DATABASE_URL: postgres.url(database) })
    expect(code).toBe(1)
    expect(stdout).toContain('0001-sessions-and-messages.sql was applied and has changed since')
  })

  test('a migration that fails leaves nothing of itself behind', async () => {
    const database = await postgres.createDatabase()
    const home = mkdtempSync(join(tmpdir(), 'tria-test-home-'))
    try {
      const built = await Bun.build({
        entrypoints: [join(root, 'server/main.ts')],
        target: 'bun',
        outdir: home,
      })
      expect(built.success).toBe(true)
      cpSync(join(root, 'server/migrations'), join(home, 'migrations'), { recursive: true })
      await Bun.write(
        join(home, 'migrations/postgres/0999-bad.sql'),
        'CREATE TABLE half (id int);\nSELECT nonsense;\n',
      )
      const { code, stdout } = await run(
        ['migrate'],
        { DATABASE_URL: postgres.url(database) },
        join(home, 'main.js'),
      )
      expect(code).toBe(1)
      expect(stdout).toContain('0999-bad.sql failed')
      const half = await postgres.query<{ half: string | null }>(
        database,
        "SELECT to_regclass('half')::text AS half",
      )
      expect(half).toEqual([{ half: null }])
    } finally {
      rmSync(home, { recursive: true })
    }
  })

  test('ends with 1 when there is no database, within seconds, and never shows the password', async () => {
    const { code, stdout, stderr } = await run(['migrate'], {
      DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/d',
    })
    expect(code).toBe(1)
    expect(stdout).toContain('migration_failed')
    expect(stdout + stderr).not.toContain('hunter2')
  })
})

describe('serve with Postgres', () => {
  test('an exchange becomes a session and two messages, with the answer’s model and sources', async () => {
    const database = await postgres.createDatabase()
    const env = { DATABASE_URL: postgres.url(database) }
    await run(['migrate'], env)
    const server = await startServer(env)
    await server.ask('What is your refund policy?', 'rows')
    await server.ask('My card is 4111 1111 1111 1111, was it charged twice?', 'rows')
    type Row = { role: string; content: string; model: string | null; sources: string[] | null }
    const rows = () =>
      postgres.query<Row>(database, 'SELECT role, content, model, sources FROM messages ORDER BY id')
    await until('the messages to be in', async () => (await rows()).length === 4)
    const [question, answer, card] = await rows()
    expect([question!.role, question!.content]).toEqual(['user', 'What is your refund policy?'])
    expect(answer!.content).toStartWith('Our refund policy')
    expect([answer!.role, answer!.model, answer!.sources![0]]).toEqual([
      'assistant',
      'extractive',
      'refunds#refunds-and-returns-within-30-days',
    ])
    expect(card!.content).toBe('My card is [card], was it charged twice?')
    const sessions = await postgres.query<{ id: string }>(database, 'SELECT id FROM sessions')
    expect(sessions).toEqual([{ id: 'rows' }])
    expect(await server.stop()).toBe(0)
  })

  test('messages of one text, and of odd texts, are each written with their own', async () => {
    const database = await postgres.createDatabase()
    await run(['migrate'], { DATABASE_URL: postgres.url(database) })
    const store = openPostgres(parseConfig({ DATABASE_URL: postgres.url(database) }), () => undefined)
    const texts = ['same', '', '"quoted" \\ and\nmore', 'same', '{"a":1}', 'null', '\u{1F600} ü', 'same']
    const messages = texts.map((content) => ({
      id: Bun.randomUUIDv7(),
      session: 'texts',
      role: 'assistant' as const,
      content,
      createdAt: new Date().toISOString(),
      requestId: 'r',
      sources: ['a#b'],
    }))
    await store.write(messages)
    // A batch that is tried again changes nothing.
    await store.write(messages)
    const written = await store.recent('texts', 100)
    expect(written.map(({ id, content, sources }) => [id, content, sources])).toEqual(
      messages.map(({ id, content, sources }) => [id, content, sources]),
    )
    await store.close()
  })

  test('what was just answered is in the database after SIGTERM, however soon it came', async () => {
    const database = await postgres.createDatabase()
    const env = { DATABASE_URL: postgres.url(database), RATE_LIMIT_PER_ADDRESS: '0' }
    await run(['migrate'], env)
    const server = await startServer(env)
    await Promise.all(Array.from({ length: 40 }, (_, n) => server.ask('When are you open?', `soon-${n}`)))
    expect(await server.stop()).toBe(0)
    const [row] = await postgres.query<{ count: number }>(
      database,
      'SELECT count(*)::int AS count FROM messages',
    )
    expect(row!.count).toBe(80)
  })

  test('another replica remembers the conversation from the database', async () => {
    const database = await postgres.createDatabase()
    const env = { DATABASE_URL: postgres.url(database) }
    await run(['migrate'], env)
    const [one, two] = await Promise.all([startServer(env), startServer(env)])
    await one.ask('What is your refund policy?', 'wander')
    await until('the messages to be in', async () => (await two.get('/api/sessions/wander')).status === 200)
    expect((await two.ask('How long does it take to get it?', 'wander')).message).toContain('5 business days')
    const erased = await two.get('/api/sessions/wander', { method: 'DELETE' })
    expect(((await erased.json()) as { erased: number }).erased).toBeGreaterThanOrEqual(2)
    const left = await postgres.query<{ count: number }>(
      database,
      "SELECT count(*)::int AS count FROM messages WHERE session_id = 'wander'",
    )
    expect(left).toEqual([{ count: 0 }])
    await Promise.all([one.stop(), two.stop()])
  })

  test('every message comes back as it was written, whatever it has in common with others of its batch', async () => {
    const database = await postgres.createDatabase()
    await run(['migrate'], { DATABASE_URL: postgres.url(database) })
    const store = openPostgres(parseConfig({ DATABASE_URL: postgres.url(database) }), () => undefined)
    const sources = ['refund-policy#window']
    const base = { session: 's', createdAt: '2026-11-23T10:00:00.000Z', requestId: 'a"b\\c' }
    const answer = { role: 'assistant', content: 'Ja "so" \\ \n', model: 'm', fromCache: true } as const
    const messages: Message[] = [
      { ...base, role: 'user' as const, content: answer.content },
      { ...base, ...answer, sources },
      { ...base, ...answer, sources: [] },
      { ...base, ...answer, fromCache: false, sources },
      { ...base, ...answer, sources, handoff: 'asked' },
      { ...base, ...answer, sources },
    ].map((message) => ({ ...message, id: Bun.randomUUIDv7() }))
    await store.write(messages)
    await store.write(messages.slice(0, 2))
    expect(await store.recent('s', 10)).toEqual(messages)
    const lastSeen = () =>
      postgres
        .query<{ at: Date }>(database, 'SELECT last_seen_at AS at FROM sessions')
        .then(([row]) => row!.at.toISOString())
    const later = (createdAt: string) => store.write([{ ...messages[0]!, id: Bun.randomUUIDv7(), createdAt }])
    await later('2026-11-23T10:00:59.000Z')
    expect(await lastSeen()).toBe('2026-11-23T10:00:00.000Z')
    await later('2026-11-23T10:05:00.000Z')
    await later('2026-11-23T10:02:00.000Z')
    expect(await lastSeen()).toBe('2026-11-23T10:05:00.000Z')
    await store.close()
  })

  test('sessions go when their time is over, with their messages, and no others', async () => {
    const database = await postgres.createDatabase()
    await run(['migrate'], { DATABASE_URL: postgres.url(database) })
    await postgres.query(
      database,
      `INSERT INTO sessions SELECT 's' || n, now(), now() - n * interval '1 day' FROM generate_series(80, 100) n`,
    )
    await postgres.query(
      database,
      `INSERT INTO messages (id, session_id, role, content, created_at, request_id)
       SELECT gen_random_uuid(), id, 'user', 'x', last_seen_at, 'r' FROM sessions`,
    )
    const store = openPostgres(parseConfig({ DATABASE_URL: postgres.url(database) }), () => undefined)
    const before = new Date(Date.now() - 90.5 * 24 * 3_600_000)
    expect([await store.expire(before, 4), await store.expire(before, 100)]).toEqual([4, 6])
    await store.close()
    const left = await postgres.query<{ sessions: number; messages: number }>(
      database,
      'SELECT (SELECT count(*)::int FROM sessions) AS sessions, (SELECT count(*)::int FROM messages) AS messages',
    )
    expect(left).toEqual([{ sessions: 11, messages: 11 }])
  })

  test('a customer who comes back while the session is erased: no message is left without its session', async () => {
    const database = await postgres.createDatabase()
    await run(['migrate'], { DATABASE_URL: postgres.url(database) })
    const store = openPostgres(parseConfig({ DATABASE_URL: postgres.url(database) }), () => undefined)
    const said = (session: string, createdAt: Date): Message => ({
      id: Bun.randomUUIDv7(),
      session,
      role: 'user',
      content: 'x',
      createdAt: createdAt.toISOString(),
      requestId: 'r',
    })
    const sessions = Array.from({ length: 40 }, (_, i) => `back-${i}`)
    const old = new Date(Date.now() - 100 * 24 * 3_600_000)
    for (let round = 0; round < 20; round++) {
      await postgres.query(database, 'UPDATE sessions SET last_seen_at = $1', [old])
      await store.write(sessions.map((session) => said(session, old)))
      await Promise.all([
        store.expire(new Date(Date.now() - 1_000_000), 100),
        store.write(sessions.slice(0, 20).map((session) => said(session, new Date()))),
        store.remove(sessions[round]!),
        store.write(sessions.slice(10, 30).map((session) => said(session, new Date()))),
      ])
    }
    await store.close()
    const [row] = await postgres.query<{ all: number; alone: number }>(
      database,
      `SELECT count(*)::int AS all, (count(*) FILTER (WHERE s.id IS NULL))::int AS alone
       FROM messages m LEFT JOIN sessions s ON s.id = m.session_id`,
    )
    expect(row!.all).toBeGreaterThan(0)
    expect(row!.alone).toBe(0)
  })

  test('a database without its schema: the answers go on, /ready says degraded, and it heals when migrated', async () => {
    const database = await postgres.createDatabase()
    const env = { DATABASE_URL: postgres.url(database) }
    const server = await startServer(env)
    await until('/ready to notice', async () => (await server.ready()).degraded.includes('database'))
    expect((await server.get('/ready')).status).toBe(200)
    expect((await server.ask('When are you open?', 'heals')).message).toContain('8 a.m. to 8 p.m.')
    expect((await run(['migrate'], env)).code).toBe(0)
    await until('/ready to be well', async () => (await server.ready()).degraded.length === 0)
    await until('the waiting messages to be in', async () => {
      const [row] = await postgres.query<{ count: number }>(
        database,
        'SELECT count(*)::int AS count FROM messages',
      )
      return row!.count === 2
    })
    await server.stop()
  })
})
