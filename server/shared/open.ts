import { Breaker } from '../breaker.ts'
import type { Config } from '../config.ts'
import type { Log } from '../logging/log.ts'
import type { PartState } from '../readiness.ts'
import { MemoryShared } from './memory.ts'
import { connectRedis, RedisShared } from './redis.ts'
import { ResilientShared } from './resilient.ts'
import type { Shared } from './shared.ts'

interface Opened {
  shared: Shared
  state(): PartState
  close(): Promise<void>
}

/** Redis where a REDIS_URL is given, with this process's memory behind it; else the memory alone. */
export function openShared(config: Config, log: Log): Opened {
  const near = new MemoryShared()
  if (!config.redis) {
    return { shared: near, state: () => ({ status: 'ok', kind: 'memory' }), close: async () => undefined }
  }
  let lastError: unknown
  const redis = connectRedis(config.redis, (error) => {
    lastError = error
  })
  const breaker = new Breaker({
    threshold: 3,
    probe: () => redis.ping(),
    probeEveryMs: 500,
    onChange: (open, error) =>
      open ? log.error('cache_away', { error, connection: lastError }) : log.info('cache_back'),
  })
  const far = new RedisShared(redis, `tria:${config.environment}:`)
  return {
    shared: new ResilientShared(far, near, breaker),
    state: () =>
      breaker.open || redis.status !== 'ready'
        ? {
            status: 'degraded',
            kind: 'redis',
            detail: "answers and limits are kept in this process's memory",
          }
        : { status: 'ok', kind: 'redis' },
    async close() {
      breaker.close()
      redis.disconnect()
    },
  }
}
