import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { RedisClient } from 'bun'
import type { Redis } from 'ioredis'
import { AnswerCache } from '../../../server/answer/cache.ts'
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

test('what is appended travels with the next that is asked, in one call, and is there when that is answered', async () => {
  const before = await calls()
  const [, [count]] = await Promise.all([
    shared.append([{ key: 'list', value: 'one' }]),
    shared.count(['c']),
    shared.append([{ key: 'list', value: '{"two":"\u00fc"}' }]),
  ])
  expect([(await calls()) - before, count!.count]).toEqual([1, 1])
  expect(await shared.list('list')).toEqual(['one', '{"two":"\u00fc"}'])
  expect(await redis.pttl('p:list')).toBeGreaterThan(3_590_000)
})

test('what is appended goes by itself where nobody asks', async () => {
  await Promise.all(Array.from({ length: 12 }, (_, n) => shared.append([{ key: 'alone', value: `${n}` }])))
  expect(await shared.list('alone')).toEqual(['2', '3', '4', '5', '6', '7', '8', '9', '10', '11'])
})

test('a cached answer is known without being asked for again, until any replica purges', async () => {
  const scope = () => ({ knowledge: 'k', model: 'm' })
  const other = new RedisShared(redis, 'p:')
  const [one, two] = [new AnswerCache(shared, scope, 60_000), new AnswerCache(other, scope, 60_000)]
  const key = one.key('When are you open?')!
  await one.set(key, { text: 'Always.', sources: [], model: 'm' })
  expect(two.near(key)).toBeUndefined()
  expect((await two.find(key))?.answer.text).toBe('Always.')
  expect(two.near(key)?.answer.text).toBe('Always.')
  expect(await one.purge()).toBe(1)
  await other.count(['request'])
  expect(two.near(key)).toBeUndefined()
  expect(await two.find(key)).toBeUndefined()
  expect(two.near(key)).toBeUndefined()
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
