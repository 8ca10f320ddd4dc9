import { Redis } from 'ioredis'
import { type Counted, type Entry, type Shared, terms } from './shared.ts'
import { inOneTick } from './tick.ts'

/**
 * Counts the first so many keys in their windows and reads the others: count and milliseconds left, key after key, then
 * the values. One call for all that the requests of one turn of the loop want to know before they are answered.
 */
const lookScript = `local out = {}
local counted = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  if i > counted then
    out[counted + i] = redis.call('GET', key)
  else
    local n = redis.call('INCR', key)
    local left = n > 1 and redis.call('PTTL', key) or -1
    if left < 0 then redis.call('PEXPIRE', key, ARGV[2]) left = tonumber(ARGV[2]) end
    out[2 * i - 1] = n
    out[2 * i] = left
  end
end
return out`

const appendScript = `for i, key in ipairs(KEYS) do
  redis.call('RPUSH', key, ARGV[i + 2])
  redis.call('LTRIM', key, -tonumber(ARGV[1]), -1)
  redis.call('PEXPIRE', key, ARGV[2])
end`

const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

interface Scripted {
  look(keys: number, ...keysAndTerms: (string | number)[]): Promise<(number | string | null)[]>
  appendLists(keys: number, ...keysAndValues: (string | number)[]): Promise<unknown>
  releaseClaim(key: string, owner: string): Promise<unknown>
}

/**
 * A client that fails in milliseconds when Redis is away and comes back by itself: with ioredis' own defaults a
 * request would wait for ever. `rediss://` is verified against the system's trusted authorities.
 */
export function connectRedis(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 150,
    connectTimeout: 500,
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(100 * times, 1_000),
    scripts: {
      look: { lua: lookScript },
      appendLists: { lua: appendScript },
      releaseClaim: { lua: releaseScript, numberOfKeys: 1 },
    },
    ...(url.startsWith('rediss:') ? { tls: { servername: new URL(url).hostname } } : {}),
  })
  redis.on('error', onError)
  return redis
}

/** What a request wants to know: how often these keys were counted now, or what stands under that one. */
type Wanted = string[] | string
type Known = Counted[] | string | undefined

export class RedisShared implements Shared {
  readonly #scripted: Scripted
  readonly #look: (wanted: Wanted) => Promise<Known>

  constructor(
    readonly redis: Redis,
    readonly prefix: string,
  ) {
    this.#scripted = redis as unknown as Scripted
    this.#look = inOneTick((asked) => this.#lookAll(asked))
  }

  async #lookAll(asked: Wanted[]): Promise<Known[]> {
    const counted: string[] = []
    // Popular questions are asked by many at once: each answer travels once.
    const read = new Map<string, number>()
    for (const wanted of asked) {
      if (typeof wanted !== 'string') counted.push(...wanted)
      else if (!read.has(wanted)) read.set(wanted, read.size)
    }
    const keys = [...counted, ...read.keys()]
    const found = await this.#scripted.look(keys.length, ...keys, counted.length, terms.windowMs)
    let at = 0
    return asked.map((wanted) => {
      if (typeof wanted === 'string') {
        return (found[2 * counted.length + read.get(wanted)!] ?? undefined) as string | undefined
      }
      return wanted.map(() => ({ count: found[at++] as number, resetMs: found[at++] as number }))
    })
  }

  get(key: string): Promise<string | undefined> {
    return this.#look(this.prefix + key) as Promise<string | undefined>
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.redis.set(this.prefix + key, value, 'PX', ttlMs)
  }

  async remove(key: string): Promise<void> {
    await this.redis.unlink(this.prefix + key)
  }

  async claim(key: string, owner: string, ttlMs: number): Promise<boolean> {
    return (await this.redis.set(this.prefix + key, owner, 'PX', ttlMs, 'NX')) === 'OK'
  }

  async release(key: string, owner: string): Promise<void> {
    await this.#scripted.releaseClaim(this.prefix + key, owner)
  }

  count(keys: string[]): Promise<Counted[]> {
    return this.#look(keys.map((key) => this.prefix + key)) as Promise<Counted[]>
  }

  async append(entries: Entry[]): Promise<void> {
    const keys = entries.map(({ key }) => this.prefix + key)
    const values = entries.map(({ value }) => value)
    await this.#scripted.appendLists(keys.length, ...keys, terms.listLength, terms.listMs, ...values)
  }

  async list(key: string): Promise<string[]> {
    return this.redis.lrange(this.prefix + key, 0, -1)
  }

  async purge(prefix: string): Promise<number> {
    let purged = 0
    let cursor = '0'
    do {
      const [next, keys] = await this.redis.scan(cursor, 'MATCH', `${this.prefix}${prefix}*`, 'COUNT', 500)
      cursor = next
      if (keys.length > 0) purged += await this.redis.unlink(...keys)
    } while (cursor !== '0')
    return purged
  }
}
