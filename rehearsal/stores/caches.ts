import { DescribeReplicationGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache'
import { regionalClients } from '../clients.ts'
import type { Call, Handlers } from '../gateway/call.ts'
import type { World } from '../world.ts'
import type { Authority } from './authority.ts'
import { type Redis, redisProgram, startRedis } from './redis.ts'
import { cacheBytes } from './sizes.ts'

export interface Cache {
  id: string
  region: string
  port: number
  hosts: string[]
  parameterGroup: string | undefined
  securityGroups: string[]
  server: Redis
}

/** Parameters of ElastiCache that Redis itself can be given while it runs. */
const honoured =
  /^(maxmemory-policy|maxmemory-samples|timeout|tcp-keepalive|lfu-.*|notify-keyspace-events|active-expire-effort)$/

/** What every parameter group of ElastiCache begins with, and Redis by itself does not. */
const defaults = { 'maxmemory-policy': 'volatile-lru' }

/** Replication groups as real servers: one node each, behind the primary's and the reader's name. */
export function caches(world: World, authority: Authority) {
  redisProgram()
  const live = new Map<string, Cache>()
  const parameters = new Map<string, Record<string, string>>()
  const client = regionalClients(world, (settings) => new ElastiCacheClient(settings))

  async function create(call: Call) {
    const answer = await call.forward()
    if (answer.ok) await build(call)
    return answer
  }

  async function build({ input, region }: Call): Promise<void> {
    const id = String(input.ReplicationGroupId)
    const { ReplicationGroups } = await client
      .in(region)
      .send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }))
    const group = ReplicationGroups?.[0]
    const node = group?.NodeGroups?.[0]
    const endpoints = [group?.ConfigurationEndpoint, node?.PrimaryEndpoint, node?.ReaderEndpoint]
    const hosts = endpoints.flatMap((it) => it?.Address ?? [])
    if (hosts.length === 0) throw new Error(`Create cache: moto gives ${id} no endpoint`)
    const server = await startRedis(world.dir, authority, id, {
      hosts,
      tls: String(input.TransitEncryptionEnabled) === 'true',
      password: input.AuthToken,
      parameters: { ...defaults, ...parameters.get(input.CacheParameterGroupName) },
      maxmemory: cacheBytes(input.CacheNodeType ?? 'cache.t4g.micro'),
    })
    live.set(id, {
      id,
      region,
      port: Number(input.Port ?? 6379),
      hosts,
      parameterGroup: input.CacheParameterGroupName,
      securityGroups: strings(input.SecurityGroupIds),
      server,
    })
    world.log('stores', `cache ${id}: Redis on 127.0.0.1:${server.port}`)
  }

  async function modify(call: Call) {
    const answer = await call.forward()
    const cache = live.get(call.input.ReplicationGroupId)
    if (!answer.ok || !cache) return answer
    const { SecurityGroupIds, CacheParameterGroupName, CacheNodeType } = call.input
    if (SecurityGroupIds) cache.securityGroups = strings(SecurityGroupIds)
    if (CacheNodeType) await cache.server.admin.config('SET', 'maxmemory', cacheBytes(CacheNodeType))
    if (CacheParameterGroupName) {
      cache.parameterGroup = CacheParameterGroupName
      await configure(cache, { ...defaults, ...parameters.get(CacheParameterGroupName) })
    }
    return answer
  }

  async function changeParameters(call: Call) {
    const answer = await call.forward()
    if (!answer.ok) return answer
    const group = String(call.input.CacheParameterGroupName)
    const pairs = (call.input.ParameterNameValues ?? []) as {
      ParameterName: string
      ParameterValue: string
    }[]
    const given = pairs.filter((it) => honoured.test(it.ParameterName))
    const changed = Object.fromEntries(given.map((it) => [it.ParameterName, it.ParameterValue]))
    parameters.set(group, { ...parameters.get(group), ...changed })
    for (const cache of live.values()) if (cache.parameterGroup === group) await configure(cache, changed)
    return answer
  }

  async function configure({ server }: Cache, values: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(values)) await server.admin.config('SET', name, value)
  }

  async function remove(call: Call) {
    const answer = await call.forward()
    const cache = live.get(call.input.ReplicationGroupId)
    if (answer.ok && cache) {
      live.delete(cache.id)
      await cache.server.remove()
    }
    return answer
  }

  const handlers: Handlers = {
    elasticache: {
      CreateReplicationGroup: create,
      ModifyReplicationGroup: modify,
      ModifyCacheParameterGroup: changeParameters,
      DeleteReplicationGroup: remove,
    },
  }
  return {
    handlers,
    live,
    stop: async () => {
      await Promise.all([...live.values()].map(({ server }) => server.remove()))
      client.destroy()
    },
  }
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
