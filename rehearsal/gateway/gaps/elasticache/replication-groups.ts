import { AwsError, type Call, type Handlers, type Members } from '../../call'
import { findParameterGroup } from './parameter-groups'
import { cacheClusters, showGroup } from './shown'
import { inRegion, keyOf, type ReplicationGroup, type Store } from './store'
import { findSubnetGroup } from './subnet-groups'

/** What a changed group is asked for under another name than a new one. */
const changeable = [
  'ReplicationGroupDescription',
  'AutomaticFailoverEnabled',
  'MultiAZEnabled',
  'SecurityGroupIds',
  'PreferredMaintenanceWindow',
  'NotificationTopicArn',
  'CacheParameterGroupName',
  'Engine',
  'EngineVersion',
  'AutoMinorVersionUpgrade',
  'SnapshotRetentionLimit',
  'SnapshotWindow',
  'CacheNodeType',
  'LogDeliveryConfigurations',
  'IpDiscovery',
  'TransitEncryptionEnabled',
  'TransitEncryptionMode',
  'ClusterMode',
]

/** Replication groups and their clusters, changed in place and really deleted. */
export function replicationGroups(store: Store): Handlers[string] {
  const named = (call: Call): ReplicationGroup => {
    const id = call.input.ReplicationGroupId
    const group = store.groups.get(keyOf(call, id))
    if (!group) throw new AwsError('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`, 404)
    return group
  }
  const answered = (group: ReplicationGroup) => ({ ReplicationGroup: showGroup(group) })
  const setCount = (call: Call) => {
    const group = named(call)
    resize(group, Number(call.input.NewReplicaCount) + 1)
    return answered(group)
  }

  return {
    async CreateReplicationGroup(call) {
      const id = String(call.input.ReplicationGroupId).toLowerCase()
      if (store.groups.has(keyOf(call, id))) {
        throw new AwsError('ReplicationGroupAlreadyExists', `Replication group ${id} already exists`)
      }
      const settings = withDefaults(call.input)
      check(store, call, settings)
      const group: ReplicationGroup = {
        id,
        arn: store.arn(call, 'replicationgroup', id),
        created: new Date(),
        domain: await domainOf(call, id),
        settings,
        clusters: [],
      }
      resize(group, settings.NumCacheClusters ?? 1 + (settings.ReplicasPerNodeGroup ?? 0))
      store.groups.set(keyOf(call, id), group)
      store.tags.add(group.arn, settings.Tags)
      return answered(group)
    },

    DescribeReplicationGroups(call) {
      const groups = call.input.ReplicationGroupId ? [named(call)] : inRegion(call, store.groups)
      return { ReplicationGroups: groups.map(showGroup) }
    },

    ModifyReplicationGroup(call) {
      const group = named(call)
      const changes = Object.entries(call.input).filter(
        ([name, value]) => changeable.includes(name) && value !== undefined,
      )
      const settings: Members = { ...group.settings, ...Object.fromEntries(changes) }
      if (call.input.AuthToken)
        settings.AuthToken = call.input.AuthTokenUpdateStrategy === 'DELETE' ? '' : call.input.AuthToken
      check(store, call, settings)
      group.settings = settings
      return answered(group)
    },

    IncreaseReplicaCount: setCount,
    DecreaseReplicaCount: setCount,

    DeleteReplicationGroup(call) {
      const group = named(call)
      store.groups.delete(keyOf(call, group.id))
      store.tags.forget(group.arn)
      return { ReplicationGroup: { ...showGroup(group), Status: 'deleting' } }
    },

    async DescribeCacheClusters(call) {
      const id = call.input.CacheClusterId
      const clusters = inRegion(call, store.groups).flatMap((group) => cacheClusters(store, call, group))
      const found = id
        ? clusters.filter((each) => each.CacheClusterId === String(id).toLowerCase())
        : clusters
      if (id && found.length > 0) return { CacheClusters: found }
      // Clusters of no replication group are moto's own.
      const answer = await call.answer()
      return { ...answer, CacheClusters: [...found, ...(answer.CacheClusters ?? [])] }
    },
  }
}

function withDefaults(input: Members): Members {
  const engine = input.Engine ?? 'redis'
  const version = input.EngineVersion ?? (engine === 'valkey' ? '8.0' : '7.1')
  const family =
    engine === 'valkey' ? `valkey${version[0]}` : version.startsWith('6') ? 'redis6.x' : `redis${version[0]}`
  return {
    Engine: engine,
    EngineVersion: version,
    CacheParameterGroupName: `default.${family}`,
    CacheNodeType: 'cache.t4g.micro',
    Port: 6379,
    PreferredMaintenanceWindow: 'sun:05:00-sun:06:00',
    SnapshotWindow: '03:00-04:00',
    SnapshotRetentionLimit: 0,
    AutoMinorVersionUpgrade: true,
    ...input,
  }
}

/** What AWS refuses before it starts anything. */
function check(store: Store, call: Call, settings: Members): void {
  findParameterGroup(store, call, settings.CacheParameterGroupName)
  if (settings.CacheSubnetGroupName) findSubnetGroup(store, call, settings.CacheSubnetGroupName)
  const nodes = settings.NumCacheClusters ?? 1 + (settings.ReplicasPerNodeGroup ?? 0)
  if (settings.AutomaticFailoverEnabled && nodes < 2) {
    const message =
      'When using automatic failover, there must be at least 2 cache clusters in the replication group.'
    throw new AwsError('InvalidParameterValue', message)
  }
  if (settings.AuthToken && !settings.TransitEncryptionEnabled) {
    throw new AwsError('InvalidParameterValue', 'Auth token can only be enabled on TLS enabled clusters.')
  }
  if (settings.AuthToken && !/^[^/"@\s]{16,128}$/.test(settings.AuthToken)) {
    throw new AwsError('InvalidParameterValue', 'Invalid AuthToken provided.')
  }
}

function resize(group: ReplicationGroup, nodes: number): void {
  group.settings.NumCacheClusters = nodes
  group.clusters = Array.from(
    { length: nodes },
    (_, index) => `${group.id}-${String(index + 1).padStart(3, '0')}`,
  )
}

/** moto chooses a group's host names; it keeps them for good, so a group made anew has those of the one before. */
async function domainOf(call: Call, id: string): Promise<string> {
  const address = new RegExp(`<Address>[a-z]+\\.(${id}\\.[a-z0-9.]+)</Address>`)
  const made = address.exec(await call.forward().then((response) => response.text()))?.[1]
  return made ?? (await domainBefore(call, id)) ?? `${id}.rehearsal.use1.cache.amazonaws.com`
}

/** Moto keeps a group that was deleted, and refuses to make it again: its name was and stays this one. */
async function domainBefore(call: Call, id: string): Promise<string | undefined> {
  const query = `Action=DescribeReplicationGroups&Version=2015-02-02&ReplicationGroupId=${id}`
  const { ReplicationGroups } = await call.answer(query)
  const address = ReplicationGroups?.[0]?.NodeGroups?.[0]?.PrimaryEndpoint?.Address as string | undefined
  return address?.slice(address.indexOf('.') + 1)
}
