import { hoursPerMonth, notKnown, type Priced, type Pricer } from '../charge.ts'
import type { Resource } from '../resources.ts'
import { number, text } from '../values.ts'

/** A replication group is its nodes: primaries and replicas cost the same. */
export const replicationGroup: Pricer = (resource) => nodes(resource, nodesOf(resource))

/** A cluster by itself; one that belongs to a replication group is one of that group's nodes. */
export const cacheCluster: Pricer = (resource) => nodes(resource, number(resource, 'num_cache_nodes') ?? 1)

function nodes(resource: Resource, count: ReturnType<typeof number>): Priced[] {
  const type = text(resource, 'node_type')
  if (typeof type !== 'string') return [notKnown('nodes', 'node_type')]
  if (typeof count !== 'number') return [notKnown('nodes', 'the number of nodes')]
  const engine = text(resource, 'engine')
  const price = `elasticache.${typeof engine === 'string' ? engine : 'redis'}.${type}`
  return [{ group: 'Redis', component: `${type} nodes`, quantity: count * hoursPerMonth, price }]
}

function nodesOf(resource: Resource): ReturnType<typeof number> {
  const clusters = number(resource, 'num_cache_clusters')
  if (typeof clusters === 'number') return clusters
  const shards = number(resource, 'num_node_groups')
  const replicas = number(resource, 'replicas_per_node_group')
  return typeof shards === 'number' ? shards * (1 + (typeof replicas === 'number' ? replicas : 0)) : clusters
}
