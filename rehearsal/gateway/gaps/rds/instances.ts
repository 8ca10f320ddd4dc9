import type { World } from '../../../world'
import type { Call, Handlers, Members } from '../../call'

/** What a request calls a member, and what the instance that comes of it calls the same; moto forgets these. */
const forgotten: Record<string, string> = {
  CACertificateIdentifier: 'CACertificateIdentifier',
  EnablePerformanceInsights: 'PerformanceInsightsEnabled',
  PerformanceInsightsKMSKeyId: 'PerformanceInsightsKMSKeyId',
  PerformanceInsightsRetentionPeriod: 'PerformanceInsightsRetentionPeriod',
  DatabaseInsightsMode: 'DatabaseInsightsMode',
  MonitoringInterval: 'MonitoringInterval',
  MonitoringRoleArn: 'MonitoringRoleArn',
  Iops: 'Iops',
  StorageThroughput: 'StorageThroughput',
  NetworkType: 'NetworkType',
  DedicatedLogVolume: 'DedicatedLogVolume',
  EngineLifecycleSupport: 'EngineLifecycleSupport',
  KmsKeyId: 'KmsKeyId',
}

/** DB instances with all the members that AWS gives them: without these Terraform sees a drift. */
export function instances(world: World): Handlers[string] {
  const remembered = new Map<string, Members>()
  const keyOf = (call: Call, id: string) => `${call.region}/${String(id).toLowerCase()}`

  const complete = (call: Call, instance: Members): Members => {
    const own = remembered.get(keyOf(call, instance.DBInstanceIdentifier)) ?? {}
    const insights = own.PerformanceInsightsEnabled ?? false
    const key = `arn:aws:kms:${call.region}:${world.account}:key/${keyId(world.account)}`
    return {
      ...instance,
      ...defaultsOf(instance),
      ...(instance.StorageEncrypted && { KmsKeyId: key }),
      MonitoringInterval: 0,
      ...own,
      PerformanceInsightsEnabled: insights,
      PerformanceInsightsRetentionPeriod: insights
        ? (own.PerformanceInsightsRetentionPeriod ?? 7)
        : undefined,
      PerformanceInsightsKMSKeyId: insights ? (own.PerformanceInsightsKMSKeyId ?? key) : undefined,
      ...(own.MonitoringInterval > 0 && {
        EnhancedMonitoringResourceArn: `arn:aws:logs:${call.region}:${world.account}:log-group:RDSOSMetrics:log-stream:${resourceId(instance)}`,
      }),
    }
  }
  const one = async (call: Call) => {
    const answer = await call.answer()
    return { ...answer, DBInstance: complete(call, answer.DBInstance) }
  }
  const remember = (call: Call) => {
    const key = keyOf(call, call.input.DBInstanceIdentifier)
    const given = Object.entries(forgotten).filter(([asked]) => call.input[asked] !== undefined)
    const members = given.map(([asked, told]) => [told, call.input[asked]])
    return { key, own: { ...remembered.get(key), ...Object.fromEntries(members) } }
  }

  return {
    async CreateDBInstance(call) {
      const { key, own } = remember(call)
      const answer = await call.answer()
      remembered.set(key, own)
      return { ...answer, DBInstance: complete(call, answer.DBInstance) }
    },
    async ModifyDBInstance(call) {
      const { key, own } = remember(call)
      const answer = await call.answer()
      remembered.set(key, own)
      return { ...answer, DBInstance: complete(call, answer.DBInstance) }
    },
    async DescribeDBInstances(call) {
      const byResource = wantedResources(call)
      const answer = await call.answer(byResource && 'Action=DescribeDBInstances&Version=2014-10-31')
      const all = ((answer.DBInstances ?? []) as Members[]).map((each) => complete(call, each))
      return {
        ...answer,
        DBInstances: all.filter((each) => byResource?.includes(each.DbiResourceId) ?? true),
      }
    },
    async DeleteDBInstance(call) {
      const answer = await one(call)
      remembered.delete(keyOf(call, call.input.DBInstanceIdentifier))
      return answer
    },
    StartDBInstance: one,
    StopDBInstance: one,
    RebootDBInstance: one,
    // Nothing is ever overdue on a server that was made a minute ago.
    DescribePendingMaintenanceActions: () => ({ PendingMaintenanceActions: [] }),
  }
}

/** The resource ids asked for; Terraform looks an instance up by nothing else. */
function wantedResources(call: Call): string[] | undefined {
  const filters = (call.input.Filters ?? []) as Members[]
  return filters.find((each) => each.Name === 'dbi-resource-id')?.Values
}

/** moto gives all instances one and the same resource id. */
function resourceId({ DBInstanceIdentifier, InstanceCreateTime }: Members): string {
  const made = InstanceCreateTime instanceof Date ? InstanceCreateTime.toISOString() : ''
  const hex = new Bun.CryptoHasher('sha256').update(`${DBInstanceIdentifier} ${made}`).digest('hex')
  return `db-${BigInt(`0x${hex}`).toString(36).toUpperCase().slice(0, 26)}`
}

function defaultsOf(instance: Members): Members {
  const given = instance.CACertificateIdentifier
  const authority = given && given !== 'rds-ca-default' ? given : 'rds-ca-rsa2048-g1'
  return {
    LicenseModel: instance.Engine === 'postgres' ? 'postgresql-license' : instance.LicenseModel,
    PendingModifiedValues: instance.PendingModifiedValues ?? {},
    DbInstancePort: 0,
    // gp3 below 400 GB comes with these and can have no others.
    ...(instance.StorageType === 'gp3' && { Iops: 3000, StorageThroughput: 125 }),
    DbiResourceId: resourceId(instance),
    CACertificateIdentifier: authority,
    CertificateDetails: { CAIdentifier: authority, ValidTill: validTill(instance.InstanceCreateTime) },
    BackupTarget: 'region',
    NetworkType: 'IPV4',
    CustomerOwnedIpEnabled: false,
    ActivityStreamStatus: 'stopped',
    DedicatedLogVolume: false,
    DatabaseInsightsMode: 'standard',
    EngineLifecycleSupport: 'open-source-rds-extended-support',
  }
}

/** RDS renews a server's certificate every year. */
function validTill(created: unknown): Date {
  const from = created instanceof Date ? created : new Date()
  return new Date(from.getTime() + 365 * 24 * 3_600_000)
}

/** The account's default key for RDS: one id, the same every time it is asked for. */
function keyId(account: string): string {
  const hex = new Bun.CryptoHasher('sha256').update(`aws/rds ${account}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  )
}
