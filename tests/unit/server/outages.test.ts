import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { sweep } from './support/leftovers.ts'
import { patience, until } from './support/ports.ts'
import { startPostgres } from './support/postgres.ts'
import { startRedis } from './support/redis.ts'
import { run, startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

/** Parts go away and come back under a server that keeps answering. */
let postgres: Awaited<ReturnType<typeof startPostgres>>
let redis: Awaited<ReturnType<typeof startRedis>>
let server: TestServer
let database: string

beforeAll(async () => {
  postgres = await startPostgres()
  redis = await startRedis()
  database = await postgres.createDatabase()
  const env = {
    DATABASE_URL: postgres.url(database),
    REDIS_URL: redis.url,
    ENVIRONMENT: 'test',
    RATE_LIMIT_PER_ADDRESS: '0',
  }
  await run(['migrate'], env)
  server = await startServer(env)
  await until('all parts to be there', async () => (await server.ready()).status === 'ready')
})
afterAll(async () => {
  await server.stop()
  await redis.kill()
  await postgres.remove()
})

/** Asks a number of questions one after the other: how many failed, and the slowest. */
async function questions(count: number): Promise<{ failed: number; slowest: number }> {
  let failed = 0
  let slowest = 0
  for (let n = 0; n < count; n++) {
    const from = performance.now()
    const session = `o-${crypto.randomUUID()}`
    const question = n % 2 === 0 ? 'What is your refund policy?' : 'Is it free then?'
    const { status } = await server.post('/api/chatbot', { message: question, session_id: session })
    if (status !== 200) failed += 1
    slowest = Math.max(slowest, performance.now() - from)
  }
  return { failed, slowest }
}

const stored = async (session: string) =>
  (
    await postgres.query<{ count: number }>(
      database,
      'SELECT count(*)::int AS count FROM messages WHERE session_id = $1',
      [session],
    )
  )[0]!.count

test('answers, turns and limits are under the environment’s keys in Redis', async () => {
  await server.ask('What is your refund policy?', 'keys')
  await server.ask('Is it free then?', 'keys')
  await until(
    'the turns to be there',
    async () => (await redis.keys('tria:test:exchanges:keys')).length === 1,
  )
  expect((await redis.keys('tria:test:answer:*')).length).toBe(1)
  expect(await redis.keys('tria:test:limit:session:keys')).toHaveLength(1)
  expect(await redis.keys('tria:test:busy:*')).toEqual([])
  expect((await redis.keys('*')).every((key) => key.startsWith('tria:test:'))).toBe(true)
})

test('Redis paused: no answer fails or hangs, the cache stays warm, one line says so, and it comes back', async () => {
  await server.ask('How long does shipping take?', 'talk')
  redis.pause()
  try {
    const { failed, slowest } = await questions(20)
    expect(failed).toBe(0)
    expect(slowest).toBeLessThan(3_000)
    // What was said before is still known, and what is said now is as well.
    const asked = async () => (await server.ask('What did I just ask?', 'talk')).message
    expect(await asked()).toContain('How long does shipping take?')
    await server.ask('Do you ship to Canada?', 'talk')
    expect(await asked()).toContain('Do you ship to Canada?')
    expect((await questions(10)).slowest).toBeLessThan(500)
    const warm = await server.ask('What is your refund policy?')
    expect(warm.metadata.from_cache).toBe(true)
    const ready = await server.get('/ready')
    expect([ready.status, ((await ready.json()) as { degraded: string[] }).degraded]).toEqual([
      200,
      ['cache'],
    ])
  } finally {
    redis.resume()
  }
  await until('the cache to be back', async () => (await server.ready()).status === 'ready')
  const said = (name: string) => server.log().filter(({ event }) => event === name).length
  await until('the log to say so', () => said('cache_back') > 0)
  expect([said('cache_away'), said('cache_back')]).toEqual([1, 1])
})

test('Redis killed and started again: the same', async () => {
  await redis.kill()
  const { failed, slowest } = await questions(20)
  expect(failed).toBe(0)
  expect(slowest).toBeLessThan(1_000)
  redis = await startRedis(redis.port)
  await until('the cache to be back', async () => (await server.ready()).status === 'ready')
  await server.ask('What is your refund policy?', 'again')
  await until(
    'keys to be written again',
    async () => (await redis.keys('tria:test:exchanges:again')).length === 1,
  )
})

test('Redis killed and back while many ask: every one of them is answered', async () => {
  const statuses = new Map<number, number>()
  let asking = true
  const clients = Array.from({ length: 16 }, async () => {
    while (asking) {
      const body = { message: 'What is your refund policy?', session_id: `k-${crypto.randomUUID()}` }
      const response = await server.post('/api/chatbot', body)
      await response.text()
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      // Many, but no more than a Postgres on the same busy machine keeps up with.
      await Bun.sleep(20)
    }
  })
  await Bun.sleep(300)
  await redis.kill()
  await Bun.sleep(700)
  redis = await startRedis(redis.port)
  await until('the cache to be back', async () => (await server.ready()).status === 'ready')
  await Bun.sleep(300)
  asking = false
  await Promise.all(clients)
  expect([...statuses.keys()]).toEqual([200])
  expect(statuses.get(200)).toBeGreaterThan(200)
})

test('Postgres paused: answers go on, and what was said meanwhile is in the database afterwards', async () => {
  postgres.pause()
  try {
    await server.ask('When are you open?', 'paused')
    await server.ask('And on Sunday?', 'paused')
    const waited = await questions(4)
    expect([waited.failed, waited.slowest < 4_000]).toEqual([0, true])
    // A pause is noticed by the time limit of the first write and the probe after it.
    await until('/ready to notice', async () => (await server.ready()).degraded.includes('database'), 20_000)
    expect((await questions(10)).failed).toBe(0)
    expect((await questions(10)).slowest).toBeLessThan(800)
  } finally {
    postgres.resume()
  }
  await until('the database to be back', async () => (await server.ready()).status === 'ready', 20_000)
  await until('the messages to be in', async () => (await stored('paused')) === 4)
})

test('Postgres killed and started again: the same, without a message twice', async () => {
  await postgres.kill('SIGQUIT')
  await server.ask('When are you open?', 'killed')
  await until('/ready to notice', async () => (await server.ready()).degraded.includes('database'))
  expect((await questions(20)).failed).toBe(0)
  const transcript = await server.get('/api/sessions/killed')
  expect(transcript.status).toBe(503)
  expect(((await transcript.json()) as { error: { code: string } }).error.code).toBe('store_unavailable')
  const { folder, port } = postgres
  postgres = await startPostgres({ folder, port })
  await until('the database to be back', async () => (await server.ready()).status === 'ready', 20_000)
  await until('the messages to be in', async () => (await stored('killed')) === 2)
  expect(await server.metric('chatbot_messages_dropped_total')).toBe(0)
})
