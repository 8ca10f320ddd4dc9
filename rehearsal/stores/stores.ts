import type { Handlers } from '../gateway/call.ts'
import type { World } from '../world.ts'
import { createAuthority } from './authority.ts'
import { caches } from './caches.ts'
import { databases } from './databases.ts'
import { storeMetrics } from './metrics.ts'

/** A data store as a task sees it, and where it really listens. */
export interface Endpoint {
  host: string
  port: number
  realPort: number
  securityGroups: string[]
  /** Where its address is from, when that is known. */
  subnetIds?: string[]
  kind: 'postgres' | 'redis'
}

export interface DataStores {
  endpoints(): Promise<Endpoint[]>
  /** PEM file of the authority that signed the servers' certificates. */
  ca: string
  handlers: Handlers
  /** Measures now, not only at the next minute. */
  sample(): Promise<void>
  stop(): Promise<void>
}

/** Real Postgres and Redis behind RDS's and ElastiCache's APIs. */
export function createStores(world: World): DataStores {
  const authority = createAuthority(world.dir)
  const rds = databases(world, authority)
  const elasticache = caches(world, authority)
  const metrics = storeMetrics(world, rds.live, elasticache.live)
  return {
    ca: authority.ca,
    handlers: { ...rds.handlers, ...elasticache.handlers },
    sample: metrics.sample,
    async endpoints() {
      const postgres = [...rds.live.values()].map(
        (it): Endpoint => ({
          host: it.server.host,
          port: it.port,
          realPort: it.server.port,
          securityGroups: it.securityGroups,
          ...(it.subnets.length > 0 && { subnetIds: it.subnets }),
          kind: 'postgres',
        }),
      )
      const redis = [...elasticache.live.values()].flatMap((it) =>
        it.hosts.map(
          (host): Endpoint => ({
            host,
            port: it.port,
            realPort: it.server.port,
            securityGroups: it.securityGroups,
            kind: 'redis',
          }),
        ),
      )
      return [...postgres, ...redis]
    },
    async stop() {
      metrics.stop()
      await Promise.all([rds.stop(), elasticache.stop()])
    },
  }
}
