import { Redis } from 'ioredis'
import { type Counted, type Shared, terms } from './shared.ts'
import { inOneTick } from './tick.ts'

/** Counts every key in its window; answers with count and milliseconds left, key after key. */
const countScript = `local out = {}
for i, key in ipairs(KEYS) do
  local n = redis.call('INCR', key)
  local left = n > 1 and redis.call('PTTL', key) or -1
  if left < 0 then redis.call('PEXPIRE', key, ARGV[1]) left = tonumber(ARGV[1]) end
  out[2 * i - 1] = n
  out[2 * i] = left
end
return out`

const appendScript = `for i, key in ipairs(KEYS) do
  redis.call('RPUSH', key, ARGV[i + 2])
  redis.call('LTRIM', key, -tonumber(ARGV[1]), -1)
  redis.call('PEXPIRE', key, ARGV[2])
end`

const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

interface Scripted {
  countWindows(keys: number, ...keysAndWindow: (string | number)[]): Promise<number[]>
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
      countWindows: { lua: countScript },
      appendLists: { lua: appendScript },
      releaseClaim: { lua: releaseScript, numberOfKeys: 1 },
    },
    ...(url.startsWith('rediss:') ? { tls: { servername: new URL(url).hostname } } : {}),
  })
  redis.on('error', onError)
  return redis
}

export class RedisShared implements Shared {
  readonly #scripted: Scripted
  readonly #get: (key: string) => Promise<string | null>
  readonly #count: (keys: string[]) => Promise<Counted[]>
  readonly #append: (entry: { key: string; value: string }) => Promise<void>

  constructor(
    readonly redis: Redis,
    readonly prefix: string,
  ) {
    this.#scripted = redis as unknown as Scripted
    this.#get = inOneTick((keys) => redis.mget(keys))
    this.#count = inOneTick(async (requests) => {
      const keys = requests.flat()
      const flat = await this.#scripted.countWindows(keys.length, ...keys, terms.windowMs)
      let at = 0
      return requests.map((asked) => asked.map(() => ({ count: flat[at++]!, resetMs: flat[at++]! })))
    })
    // Nobody waits for these: a millisecond gathers what several turns of the loop append.
    this.#append = inOneTick(
      async (entries) => {
        const keys = entries.map(({ key }) => key)
        const values = entries.map(({ value }) => value)
        await this.#scripted.appendLists(keys.length, ...keys, terms.listLength, terms.listMs, ...values)
        return entries.map(() => undefined)
      },
      (ask) => setTimeout(ask, 1),
    )
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#get(this.prefix + key)) ?? undefined
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
    return this.#count(keys.map((key) => this.prefix + key))
  }

  append(key: string, value: string): Promise<void> {
    return this.#append({ key: this.prefix + key, value })
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
