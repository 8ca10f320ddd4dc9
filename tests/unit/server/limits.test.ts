import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { clientAddress } from '../../../server/limits/address.ts'
import { sweep } from './support/leftovers.ts'
import { patience, until } from './support/ports.ts'
import { startRedis } from './support/redis.ts'
import { startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

describe('clientAddress: the entry that the outermost trusted proxy wrote', () => {
  test.each([
    [null, 1, '10.0.0.9'],
    ['203.0.113.7', 0, '10.0.0.9'],
    ['203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7', 1, '203.0.113.7'],
    ['6.6.6.6, 203.0.113.7, 198.51.100.2', 2, '203.0.113.7'],
    ['203.0.113.7', 2, '10.0.0.9'],
    ['not an address', 1, '10.0.0.9'],
    ['2001:db8::1', 1, '2001:db8::1'],
  ])('%p with %p hops is %p', (forwarded, hops, address) => {
    expect(clientAddress(forwarded, hops, () => '10.0.0.9')).toBe(address)
  })
})

describe('limits', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>
  let one: TestServer
  let two: TestServer
  beforeAll(async () => {
    redis = await startRedis()
    const env = {
      REDIS_URL: redis.url,
      RATE_LIMIT_PER_SESSION: '4',
      RATE_LIMIT_PER_ADDRESS: '9',
      TRUSTED_PROXY_HOPS: '1',
      SECRET_KEY: 'a-secret-of-the-tests',
    }
    ;[one, two] = await Promise.all([startServer(env), startServer(env)])
    await until('Redis to be there', async () => (await two.ready()).status === 'ready')
  })
  afterAll(async () => {
    await Promise.all([one.stop(), two.stop()])
    await redis.kill()
  })
  const ask = (server: TestServer, session: string, address: string) =>
    server.post(
      '/api/chatbot',
      { message: 'When are you open?', session_id: session },
      { 'x-forwarded-for': `6.6.6.6, ${address}` },
    )

  test('a session is counted across replicas, told what is left, and refused with Retry-After beyond its limit', async () => {
    const answers = []
    for (const server of [one, two, one, two, one]) answers.push(await ask(server, 'busy', '203.0.113.1'))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429])
    expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual([
      '3',
      '2',
      '1',
      '0',
      '0',
    ])
    expect(answers[0]!.headers.get('ratelimit-limit')).toBe('4')
    const wait = Number(answers[4]!.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(50)
    expect(wait).toBeLessThanOrEqual(60)
    expect(((await answers[4]!.json()) as { error: { code: string } }).error.code).toBe('rate_limited')
    expect((await ask(one, 'quiet', '203.0.113.1')).status).toBe(200)
  })

  test('an address is counted over its sessions, whatever it claims to the left of the proxy’s entry', async () => {
    const statuses = []
    for (let n = 0; n < 10; n++) statuses.push((await ask(n % 2 ? one : two, `s${n}`, '203.0.113.2')).status)
    expect(statuses).toEqual([...Array(9).fill(200), 429])
    expect((await ask(one, 's99', '203.0.113.3')).status).toBe(200)
  })

  test('no address is in a key or a log line, only what stands for it', async () => {
    expect((await redis.keys('*')).join()).not.toContain('203.0.113')
    await until('a line with what stands for it', () =>
      one.log().some(({ client }) => /^[0-9a-f]{16}$/.test(String(client))),
    )
    expect(one.lines.join()).not.toContain('203.0.113')
  })

  test('without Redis each replica counts by itself', async () => {
    await redis.kill()
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await ask(one, 'alone', '203.0.113.4')).status)
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(4)
    expect(statuses.at(-1)).toBe(429)
  })
})
