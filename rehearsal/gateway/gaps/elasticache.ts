import type { World } from '../../world'
import { AwsError, type Call, type Handlers } from '../call'
import { parameterGroups } from './elasticache/parameter-groups'
import { replicationGroups } from './elasticache/replication-groups'
import { elasticacheStore, inRegion, type Store } from './elasticache/store'
import { subnetGroups } from './elasticache/subnet-groups'

/** ElastiCache, as far as one replication group with its groups of subnets and parameters needs it. */
export function elasticache(world: World): Handlers {
  const store = elasticacheStore(world)
  return {
    elasticache: {
      ...parameterGroups(store),
      ...subnetGroups(store),
      ...replicationGroups(store),
      ...tags(store),
    },
  }
}

function tags(store: Store): Handlers[string] {
  const listed = (call: Call) => ({ TagList: store.tags.list(existing(call)) })
  const existing = (call: Call): string => {
    const arn = String(call.input.ResourceName)
    if (!arn.startsWith('arn:aws:elasticache:')) throw new AwsError('InvalidARN', `ARN ${arn} is invalid.`)
    const known = [
      ...inRegion(call, store.groups).flatMap((group) => [
        group.arn,
        ...group.clusters.map((cluster) => store.arn(call, 'cluster', cluster)),
      ]),
      ...inRegion(call, store.parameterGroups).map((group) => group.arn),
      ...inRegion(call, store.subnetGroups).map((group) => group.ARN as string),
    ]
    const [, , , , , kind, name] = arn.split(':')
    const missing = { replicationgroup: 'ReplicationGroupNotFoundFault', cluster: 'CacheClusterNotFound' }[
      kind ?? ''
    ]
    if (missing && !known.includes(arn)) throw new AwsError(missing, `${name} is not present`, 404)
    return arn
  }
  return {
    ListTagsForResource: listed,
    AddTagsToResource(call) {
      store.tags.add(existing(call), call.input.Tags)
      return listed(call)
    },
    RemoveTagsFromResource(call) {
      store.tags.remove(existing(call), call.input.TagKeys)
      return listed(call)
    },
  }
}
