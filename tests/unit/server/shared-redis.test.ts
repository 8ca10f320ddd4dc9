import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { RedisClient } from 'bun'
import type { Redis } from 'ioredis'
import { connectRedis, RedisShared } from '../../../server/shared/redis.ts'
import { sweep } from './support/leftovers.ts'
import { patience, until } from './support/ports.ts'
import { startRedis } from './support/redis.ts'

setDefaultTimeout(patience)

let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
let shared: RedisShared
beforeAll(async () => {
  server = await startRedis()
  redis = connectRedis(server.url, () => undefined)
  shared = new RedisShared(redis, 'p:')
  await until('the connection', () => redis.status === 'ready')
})
afterAll(() => {
  redis.disconnect()
  sweep()
})

test('counts and values asked for in one turn of the loop: each gets its own, equal keys too, in one call', async () => {
  await shared.set('full', 'text', 60_000)
  const before = await calls()
  const known = await Promise.all([
    shared.get('full'),
    shared.count(['a', 'b']),
    shared.get('missing'),
    shared.get('full'),
    shared.count(['a']),
    shared.count([]),
  ])
  expect(known).toMatchObject(['text', [{ count: 1 }, { count: 1 }], undefined, 'text', [{ count: 2 }], []])
  expect((await calls()) - before).toBe(1)
})

test('a count runs for a minute from its first, and gets that minute back should it ever lack one', async () => {
  const [first] = await shared.count(['window'])
  expect(first).toEqual({ count: 1, resetMs: 60_000 })
  await redis.pexpire('p:window', 30_000)
  const [second] = await shared.count(['window'])
  expect(second!.count).toBe(2)
  expect(second!.resetMs).toBeLessThanOrEqual(30_000)
  await redis.persist('p:window')
  expect(await shared.count(['window'])).toEqual([{ count: 3, resetMs: 60_000 }])
})

test('appending to many lists at once: the last ten of each stay, in order, for an hour', async () => {
  const entries = Array.from({ length: 12 }, (_, n) => ({ key: 'long', value: String(n) }))
  await shared.append([...entries, { key: 'short', value: 'x' }])
  expect(await shared.list('long')).toEqual(entries.slice(2).map(({ value }) => value))
  expect(await shared.list('short')).toEqual(['x'])
  expect(await redis.pttl('p:long')).toBeGreaterThan(3_500_000)
})

/** How many scripts and reads Redis has been asked for. */
async function calls(): Promise<number> {
  const client = new RedisClient(server.url)
  try {
    const text = String(await client.send('INFO', ['commandstats']))
    const counted = [...text.matchAll(/^cmdstat_(?:evalsha|eval|mget):calls=(\d+)/gm)]
    return counted.reduce((sum, [, count]) => sum + Number(count), 0)
  } finally {
    client.close()
  }
}
