import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  CreateCacheParameterGroupCommand,
  CreateCacheSubnetGroupCommand,
  CreateReplicationGroupCommand,
  DeleteCacheParameterGroupCommand,
  DeleteCacheSubnetGroupCommand,
  DeleteReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeCacheParametersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  ModifyCacheParameterGroupCommand,
  ModifyReplicationGroupCommand,
} from '@aws-sdk/client-elasticache'
import {
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  DescribeDBInstancesCommand,
  DescribeDBParametersCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
  RDSClient,
  ResetDBParameterGroupCommand,
} from '@aws-sdk/client-rds'
import {
  GetServiceQuotaCommand,
  ListServiceQuotasCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas'
import { type Bench, bench } from './bench'

let b: Bench
beforeAll(async () => {
  b = await bench()
}, 60_000)
afterAll(() => b.stop())

const code = (thrown: { name: string; Code?: string }) => thrown.Code ?? thrown.name

describe('elasticache', () => {
  const ReplicationGroupId = 'tested-redis'
  const CacheParameterGroupName = 'tested-pg'
  let cache: ElastiCacheClient
  beforeAll(async () => {
    cache = new ElastiCacheClient(b.settings)
    const ec2 = new EC2Client(b.settings)
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: Vpc!.VpcId!, CidrBlock: '10.0.1.0/24' }),
    )
    const subnets = {
      CacheSubnetGroupName: 'tested',
      CacheSubnetGroupDescription: 'd',
      SubnetIds: [Subnet!.SubnetId!],
    }
    const { CacheSubnetGroup } = await cache.send(new CreateCacheSubnetGroupCommand(subnets))
    expect(CacheSubnetGroup?.VpcId).toBe(Vpc!.VpcId!)
    const group = { CacheParameterGroupName, CacheParameterGroupFamily: 'redis7', Description: 'd' }
    await cache.send(new CreateCacheParameterGroupCommand(group))
  }, 60_000)
  const create = () =>
    cache.send(
      new CreateReplicationGroupCommand({
        ReplicationGroupId,
        ReplicationGroupDescription: 'd',
        CacheSubnetGroupName: 'tested',
        CacheParameterGroupName,
        TransitEncryptionEnabled: true,
        AtRestEncryptionEnabled: true,
        Tags: [{ Key: 'k', Value: 'v' }],
      }),
    )
  const clusters = async () =>
    (
      await cache.send(
        new DescribeCacheClustersCommand({
          CacheClusterId: `${ReplicationGroupId}-001`,
          ShowCacheNodeInfo: true,
        }),
      )
    ).CacheClusters?.[0]

  test('a parameter that was set is told from the defaults, and a value it has not is refused', async () => {
    const set = (ParameterName: string, ParameterValue: string) =>
      cache.send(
        new ModifyCacheParameterGroupCommand({
          CacheParameterGroupName,
          ParameterNameValues: [{ ParameterName, ParameterValue }],
        }),
      )
    await set('maxmemory-policy', 'allkeys-lru')
    const own = await cache.send(
      new DescribeCacheParametersCommand({ CacheParameterGroupName, Source: 'user' }),
    )
    expect(own.Parameters?.map((each) => [each.ParameterName, each.ParameterValue])).toEqual([
      ['maxmemory-policy', 'allkeys-lru'],
    ])
    expect(await set('maxmemory-policy', 'sometimes').catch(code)).toBe('InvalidParameterValue')
    expect(await set('maxclients', '10').catch(code)).toBe('InvalidParameterValue')
  })

  test('a replication group has its member cluster, encryption included, and changes in place', async () => {
    const { ReplicationGroup } = await create()
    expect(ReplicationGroup?.NodeGroups?.[0]?.PrimaryEndpoint?.Address).toMatch(
      /^master\.tested-redis\..*\.cache\.amazonaws\.com$/,
    )
    expect(await clusters()).toMatchObject({
      ReplicationGroupId,
      EngineVersion: '7.1.0',
      CacheNodeType: 'cache.t4g.micro',
      TransitEncryptionEnabled: true,
      TransitEncryptionMode: 'required',
      AtRestEncryptionEnabled: true,
      CacheNodes: [{ CacheNodeId: '0001', Endpoint: { Port: 6379 } }],
    })
    const change = { ReplicationGroupId, CacheNodeType: 'cache.t4g.small', SnapshotRetentionLimit: 2 }
    await cache.send(new ModifyReplicationGroupCommand(change))
    expect(await clusters()).toMatchObject({ CacheNodeType: 'cache.t4g.small', SnapshotRetentionLimit: 2 })
    const { TagList } = await cache.send(
      new ListTagsForResourceCommand({ ResourceName: ReplicationGroup!.ARN! }),
    )
    expect(TagList).toEqual([{ Key: 'k', Value: 'v' }])
  })

  test('groups in use cannot be deleted; a deleted one is not found, and can be made again', async () => {
    const inUse = cache.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName }))
    expect(await inUse.catch(code)).toBe('InvalidCacheParameterGroupState')
    const subnets = new DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName: 'tested' })
    expect(await cache.send(subnets).catch(code)).toBe('CacheSubnetGroupInUse')
    const addressOf = async () => {
      const { ReplicationGroups } = await cache.send(
        new DescribeReplicationGroupsCommand({ ReplicationGroupId }),
      )
      return ReplicationGroups?.[0]?.NodeGroups?.[0]?.PrimaryEndpoint?.Address
    }
    const address = await addressOf()
    await cache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId }))
    const gone = cache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId }))
    expect(await gone.catch(code)).toBe('ReplicationGroupNotFoundFault')
    await create()
    // Its name is the group's, in an account and region: whoever knew it finds the new one.
    expect(await addressOf()).toBe(address!)
    await cache.send(new DeleteReplicationGroupCommand({ ReplicationGroupId }))
    await cache.send(new DeleteCacheParameterGroupCommand({ CacheParameterGroupName }))
    await cache.send(new DeleteCacheSubnetGroupCommand({ CacheSubnetGroupName: 'tested' }))
  })
})

describe('rds', () => {
  let rds: RDSClient
  beforeAll(() => {
    rds = new RDSClient(b.settings)
  })
  const instance = (DBInstanceIdentifier: string) => ({
    DBInstanceIdentifier,
    DBInstanceClass: 'db.t4g.micro',
    Engine: 'postgres',
    AllocatedStorage: 20,
    StorageType: 'gp3',
    MasterUsername: 'master',
    MasterUserPassword: 'password1',
    EnablePerformanceInsights: true,
    MonitoringInterval: 60,
    MonitoringRoleArn: 'arn:aws:iam::123456789012:role/m',
  })

  test('an instance remembers what it was asked for, and has a resource id of its own', async () => {
    for (const id of ['one', 'two']) await rds.send(new CreateDBInstanceCommand(instance(id)))
    const all = (await rds.send(new DescribeDBInstancesCommand())).DBInstances ?? []
    const ids = new Set(all.map((each) => each.DbiResourceId))
    expect(ids.size).toBe(2)
    const found = all.find((each) => each.DBInstanceIdentifier === 'two')
    expect(found).toMatchObject({
      PerformanceInsightsEnabled: true,
      PerformanceInsightsRetentionPeriod: 7,
      MonitoringInterval: 60,
      Iops: 3000,
      CACertificateIdentifier: 'rds-ca-rsa2048-g1',
    })
    const Filters = [{ Name: 'dbi-resource-id', Values: [found!.DbiResourceId!] }]
    const byResource = await rds.send(new DescribeDBInstancesCommand({ Filters }))
    expect(byResource.DBInstances?.map((each) => each.DBInstanceIdentifier)).toEqual(['two'])
    await rds.send(
      new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'two', EnablePerformanceInsights: false }),
    )
    const changed = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'two' }))
    expect(changed.DBInstances?.[0]?.PerformanceInsightsEnabled).toBe(false)
  })

  test('parameters are told by their source; a static one is not applied at once; a reset one is gone', async () => {
    const DBParameterGroupName = 'tested'
    const group = { DBParameterGroupName, DBParameterGroupFamily: 'postgres16', Description: 'd' }
    await rds.send(new CreateDBParameterGroupCommand(group))
    const set = (ApplyMethod: 'immediate' | 'pending-reboot', ParameterValue = '50') => {
      const Parameters = [{ ParameterName: 'max_connections', ParameterValue, ApplyMethod }]
      return rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName, Parameters }))
    }
    const own = async () =>
      (
        await rds.send(new DescribeDBParametersCommand({ DBParameterGroupName, Source: 'user' }))
      ).Parameters?.map((each) => [each.ParameterName, each.ParameterValue])
    expect(await set('immediate').catch(code)).toBe('InvalidParameterCombination')
    expect(await set('pending-reboot', 'many').catch(code)).toBe('InvalidParameterValue')
    await set('pending-reboot')
    expect(await own()).toEqual([['max_connections', '50']])
    const Parameters = [{ ParameterName: 'max_connections', ApplyMethod: 'pending-reboot' as const }]
    await rds.send(new ResetDBParameterGroupCommand({ DBParameterGroupName, Parameters }))
    expect(await own()).toEqual([])
    const preset = await rds.send(
      new DescribeDBParametersCommand({ DBParameterGroupName: 'default.postgres16' }),
    )
    expect(preset.Parameters?.find((each) => each.ParameterName === 'rds.force_ssl')?.ParameterValue).toBe(
      '1',
    )
  })
})

test('ec2 keeps the description of a rule that refers to a group', async () => {
  const ec2 = new EC2Client(b.settings)
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))
  const make = async (GroupName: string) =>
    (await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: 'd', VpcId: Vpc!.VpcId! })))
      .GroupId!
  const [from, to] = [await make('from'), await make('to')]
  const pair = {
    IpProtocol: 'tcp',
    FromPort: 80,
    ToPort: 80,
    UserIdGroupPairs: [{ GroupId: from, Description: 'Requests & checks' }],
  }
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: to, IpPermissions: [pair] }))
  const Filters = [{ Name: 'group-id', Values: [to] }]
  const { SecurityGroupRules } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }))
  const rule = SecurityGroupRules?.find((each) => !each.IsEgress)
  expect([rule?.Description, rule?.ReferencedGroupInfo?.GroupId]).toEqual(['Requests & checks', from])
})

describe('budgets', () => {
  const call = (action: string, input: Record<string, unknown>) =>
    b.json('budgets', `AWSBudgetServiceGateway.${action}`, { AccountId: '123456789012', ...input })
  const Notification = {
    NotificationType: 'ACTUAL',
    ComparisonOperator: 'GREATER_THAN',
    Threshold: 80,
    ThresholdType: 'PERCENTAGE',
  }

  test('keep notifications and subscribers, and change', async () => {
    const Budget = {
      BudgetName: 'b',
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: '100', Unit: 'USD' },
    }
    const Subscribers = [{ SubscriptionType: 'EMAIL', Address: 'a@b.co' }]
    await call('CreateBudget', { Budget, NotificationsWithSubscribers: [{ Notification, Subscribers }] })
    const asked = await call('DescribeSubscribersForNotification', { BudgetName: 'b', Notification })
    expect(asked.body.Subscribers).toEqual(Subscribers)
    await call('UpdateBudget', { NewBudget: { ...Budget, BudgetLimit: { Amount: '50', Unit: 'USD' } } })
    const changed = await call('DescribeBudget', { BudgetName: 'b' })
    expect(changed.body.Budget).toMatchObject({
      BudgetLimit: { Amount: '50' },
      CostTypes: { IncludeTax: true },
    })
    await call('DeleteBudget', { BudgetName: 'b' })
    const gone = await call('DescribeBudget', { BudgetName: 'b' })
    expect([gone.status, gone.body.__type]).toEqual([400, 'NotFoundException'])
  })
})

test('service-quotas has the quotas of what the stack uses', async () => {
  const client = new ServiceQuotasClient(b.settings)
  const { Quota } = await client.send(
    new GetServiceQuotaCommand({ ServiceCode: 'fargate', QuotaCode: 'L-3032A538' }),
  )
  expect(Quota).toMatchObject({
    QuotaName: 'Fargate On-Demand vCPU resource count',
    Value: 6,
    Adjustable: true,
  })
  const { Quotas } = await client.send(new ListServiceQuotasCommand({ ServiceCode: 'vpc' }))
  expect(Quotas?.map((each) => each.QuotaCode)).toEqual(['L-F678F1CE', 'L-FE5A380F'])
  const none = client.send(new GetServiceQuotaCommand({ ServiceCode: 'fargate', QuotaCode: 'L-0' }))
  expect(await none.catch(code)).toBe('NoSuchResourceException')
})
