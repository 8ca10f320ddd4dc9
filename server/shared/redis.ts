import { Redis } from 'ioredis'
import type { Counted, Shared } from './shared.ts'

/** A window that starts with its first request, counted in one step. Returns the count and what is left of it. */
const countScript = `local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) return {n, tonumber(ARGV[1])} end
local left = redis.call('PTTL', KEYS[1])
if left < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) left = tonumber(ARGV[1]) end
return {n, left}`

const appendScript = `for i = 3, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[1]), -1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])`

const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

interface Scripted {
  countWindow(key: string, windowMs: number): Promise<[number, number]>
  appendList(key: string, keep: number, ttlMs: number, ...values: string[]): Promise<unknown>
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
      countWindow: { lua: countScript, numberOfKeys: 1 },
      appendList: { lua: appendScript, numberOfKeys: 1 },
      releaseClaim: { lua: releaseScript, numberOfKeys: 1 },
    },
    ...(url.startsWith('rediss:') ? { tls: { servername: new URL(url).hostname } } : {}),
  })
  redis.on('error', onError)
  return redis
}

export class RedisShared implements Shared {
  constructor(
    readonly redis: Redis,
    readonly prefix: string,
  ) {}

  get #scripted(): Scripted {
    return this.redis as unknown as Scripted
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.redis.get(this.prefix + key)) ?? undefined
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

  async count(key: string, windowMs: number): Promise<Counted> {
    const [count, resetMs] = await this.#scripted.countWindow(this.prefix + key, windowMs)
    return { count, resetMs }
  }

  async append(key: string, values: string[], keep: number, ttlMs: number): Promise<void> {
    await this.#scripted.appendList(this.prefix + key, keep, ttlMs, ...values)
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
