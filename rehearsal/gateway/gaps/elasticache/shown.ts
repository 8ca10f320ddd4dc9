import type { Call, Members } from '../../call'
import type { ReplicationGroup, Store } from './store'

/** The patch versions that a minor one stands for today. */
const patches: Record<string, string> = {
  'redis 7.1': '7.1.0',
  'redis 7.0': '7.0.7',
  'redis 6.2': '6.2.6',
  'valkey 8.1': '8.1.0',
  'valkey 8.0': '8.0.1',
  'valkey 7.2': '7.2.6',
}

const onOff = (value: unknown): string => (value ? 'enabled' : 'disabled')

const zoneOf = (call: Pick<Call, 'region'>, index: number): string => `${call.region}${'ab'[index % 2]}`

/** A group as DescribeReplicationGroups tells it. */
export function showGroup({ id, arn, created, domain, settings, clusters }: ReplicationGroup): Members {
  const { Port } = settings
  const region = arn.split(':')[3] ?? ''
  const members = clusters.map((cluster, index) => ({
    CacheClusterId: cluster,
    CacheNodeId: '0001',
    ReadEndpoint: { Address: `${cluster}.${domain}`, Port },
    PreferredAvailabilityZone: zoneOf({ region }, index),
    CurrentRole: index === 0 ? 'primary' : 'replica',
  }))
  const node = {
    NodeGroupId: '0001',
    Status: 'available',
    PrimaryEndpoint: { Address: `master.${domain}`, Port },
    ReaderEndpoint: { Address: `replica.${domain}`, Port },
    NodeGroupMembers: members,
  }
  return {
    ReplicationGroupId: id,
    Description: settings.ReplicationGroupDescription,
    GlobalReplicationGroupInfo: {},
    Status: 'available',
    PendingModifiedValues: {},
    MemberClusters: clusters,
    NodeGroups: [node],
    ...(settings.SnapshotRetentionLimit > 0 && { SnapshottingClusterId: clusters.at(-1) }),
    AutomaticFailover: onOff(settings.AutomaticFailoverEnabled),
    MultiAZ: onOff(settings.MultiAZEnabled),
    SnapshotRetentionLimit: settings.SnapshotRetentionLimit,
    SnapshotWindow: settings.SnapshotWindow,
    ClusterEnabled: false,
    CacheNodeType: settings.CacheNodeType,
    ...encryption(settings),
    KmsKeyId: settings.KmsKeyId,
    ARN: arn,
    UserGroupIds: settings.UserGroupIds ?? [],
    LogDeliveryConfigurations: logDelivery(settings),
    ReplicationGroupCreateTime: created,
    DataTiering: onOff(settings.DataTieringEnabled),
    AutoMinorVersionUpgrade: settings.AutoMinorVersionUpgrade,
    NetworkType: settings.NetworkType ?? 'ipv4',
    IpDiscovery: settings.IpDiscovery ?? 'ipv4',
    ClusterMode: settings.ClusterMode ?? 'disabled',
    Engine: settings.Engine,
  }
}

/** The group's clusters as DescribeCacheClusters tells them; the nodes only when they are asked for. */
export function cacheClusters(store: Store, call: Call, group: ReplicationGroup): Members[] {
  const { settings, domain, id, created } = group
  const version = patches[`${settings.Engine} ${settings.EngineVersion}`] ?? settings.EngineVersion
  return group.clusters.map((cluster, index) => {
    const nodes = {
      CacheNodeId: '0001',
      CacheNodeStatus: 'available',
      CacheNodeCreateTime: created,
      Endpoint: { Address: `${cluster}.${domain}`, Port: settings.Port },
      ParameterGroupStatus: 'in-sync',
      CustomerAvailabilityZone: zoneOf(call, index),
    }
    return {
      CacheClusterId: cluster,
      ClientDownloadLandingPage: `https://console.aws.amazon.com/elasticache/home#client-download:`,
      CacheNodeType: settings.CacheNodeType,
      Engine: settings.Engine,
      EngineVersion: version,
      CacheClusterStatus: 'available',
      NumCacheNodes: 1,
      PreferredAvailabilityZone: zoneOf(call, index),
      CacheClusterCreateTime: created,
      PreferredMaintenanceWindow: settings.PreferredMaintenanceWindow,
      PendingModifiedValues: {},
      ...(settings.NotificationTopicArn && {
        NotificationConfiguration: { TopicArn: settings.NotificationTopicArn, TopicStatus: 'active' },
      }),
      CacheSecurityGroups: [],
      CacheParameterGroup: {
        CacheParameterGroupName: settings.CacheParameterGroupName,
        ParameterApplyStatus: 'in-sync',
        CacheNodeIdsToReboot: [],
      },
      CacheSubnetGroupName: settings.CacheSubnetGroupName ?? 'default',
      ...(call.input.ShowCacheNodeInfo && { CacheNodes: [nodes] }),
      AutoMinorVersionUpgrade: settings.AutoMinorVersionUpgrade,
      SecurityGroups: (settings.SecurityGroupIds ?? []).map((SecurityGroupId: string) => ({
        SecurityGroupId,
        Status: 'active',
      })),
      ReplicationGroupId: id,
      SnapshotRetentionLimit: settings.SnapshotRetentionLimit,
      SnapshotWindow: settings.SnapshotWindow,
      ...encryption(settings),
      ARN: store.arn(call, 'cluster', cluster),
      ReplicationGroupLogDeliveryEnabled: (settings.LogDeliveryConfigurations ?? []).length > 0,
      LogDeliveryConfigurations: logDelivery(settings),
      NetworkType: settings.NetworkType ?? 'ipv4',
      IpDiscovery: settings.IpDiscovery ?? 'ipv4',
    }
  })
}

function encryption(settings: Members): Members {
  return {
    AuthTokenEnabled: Boolean(settings.AuthToken),
    TransitEncryptionEnabled: settings.TransitEncryptionEnabled ?? false,
    AtRestEncryptionEnabled: settings.AtRestEncryptionEnabled ?? false,
    ...(settings.TransitEncryptionEnabled && {
      TransitEncryptionMode: settings.TransitEncryptionMode ?? 'required',
    }),
  }
}

const logDelivery = (settings: Members): Members[] =>
  ((settings.LogDeliveryConfigurations ?? []) as Members[])
    .filter((each) => each.Enabled !== false)
    .map(({ Enabled: _, ...each }) => ({ ...each, Status: 'active' }))
