import { Redis } from 'ioredis'
import { type Counted, type Entry, type Shared, terms } from './shared.ts'
import { inOneTick } from './tick.ts'

/**
 * All that the requests of one turn of the loop want of Redis: counts keys in their windows (count and milliseconds left,
 * key after key), appends to lists, reads. Lists of names go as one JSON text each, and the counts come back as one: a
 * client spends more on every argument than Redis does on reading them out of it. So only the keys that are read are
 * declared, which a cluster would ask for; ours is one node and its replicas.
 */
const turnScript = `local numbers = {}
for i, key in ipairs(cjson.decode(ARGV[2])) do
  key = ARGV[1] .. key
  local n = redis.call('INCR', key)
  local left = n > 1 and redis.call('PTTL', key) or -1
  if left < 0 then redis.call('PEXPIRE', key, ARGV[4]) left = ARGV[4] end
  numbers[2 * i - 1] = n
  numbers[2 * i] = left
end
local entries = cjson.decode(ARGV[3])
for i = 1, #entries, 2 do
  local key = ARGV[1] .. entries[i]
  redis.call('RPUSH', key, entries[i + 1])
  redis.call('LTRIM', key, -tonumber(ARGV[5]), -1)
  redis.call('PEXPIRE', key, ARGV[6])
end
local out = { '[' .. table.concat(numbers, ',') .. ']', redis.call('GET', ARGV[1] .. 'purges') or '' }
for i, key in ipairs(KEYS) do out[i + 2] = redis.call('GET', key) end
return out`

const releaseScript = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

interface Scripted {
  turn(keys: number, ...keysAndWishes: (string | number)[]): Promise<[string, string, ...(string | null)[]]>
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
      turn: { lua: turnScript },
      releaseClaim: { lua: releaseScript, numberOfKeys: 1 },
    },
    ...(url.startsWith('rediss:') ? { tls: { servername: new URL(url).hostname } } : {}),
  })
  redis.on('error', onError)
  return redis
}

/** What a request wants: how often these keys were counted now, what stands under that one, or that to be appended. */
type Wanted = { count: string[] } | { read: string } | { append: Entry[] }
type Known = Counted[] | string | undefined

/** How long what is to be appended waits for a turn in which somebody asks: under load it travels with that. */
const appendAfterMs = 2

export class RedisShared implements Shared {
  readonly #scripted: Scripted
  #purges = ''
  readonly #soon: (wanted: Wanted) => Promise<Known>

  constructor(
    readonly redis: Redis,
    readonly prefix: string,
  ) {
    this.#scripted = redis as unknown as Scripted
    this.#soon = inOneTick(
      (all) => this.#turn(all),
      (wanted) => ('append' in wanted ? appendAfterMs : 0),
    )
  }

  async #turn(all: Wanted[]): Promise<Known[]> {
    const counted: string[] = []
    const appended: string[] = []
    // Popular questions are asked by many at once: each answer travels once.
    const read = new Map<string, number>()
    for (const wanted of all) {
      if ('count' in wanted) counted.push(...wanted.count)
      else if ('append' in wanted) for (const { key, value } of wanted.append) appended.push(key, value)
      else if (!read.has(wanted.read)) read.set(wanted.read, read.size)
    }
    const [numbers, purges, ...texts] = await this.#scripted.turn(
      read.size,
      ...read.keys(),
      this.prefix,
      JSON.stringify(counted),
      JSON.stringify(appended),
      terms.windowMs,
      terms.listLength,
      terms.listMs,
    )
    this.#purges = purges
    const counts = JSON.parse(numbers) as number[]
    let at = 0
    return all.map((wanted) => {
      if ('read' in wanted) return texts[read.get(wanted.read)!] ?? undefined
      if ('append' in wanted) return undefined
      return wanted.count.map(() => ({ count: counts[at++]!, resetMs: counts[at++]! }))
    })
  }

  get purges(): string {
    return this.#purges
  }

  get(key: string): Promise<string | undefined> {
    return this.#soon({ read: this.prefix + key }) as Promise<string | undefined>
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
    return this.#soon({ count: keys }) as Promise<Counted[]>
  }

  async append(entries: Entry[]): Promise<void> {
    await this.#soon({ append: entries })
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
    this.#purges = Bun.randomUUIDv7()
    await this.redis.set(`${this.prefix}purges`, this.#purges)
    return purged
  }
}
