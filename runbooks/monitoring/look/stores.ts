import { iso, look, type Place } from '../../diagnosis/collect/look'
import type { AlarmSeen } from '../../diagnosis/parts'
import type { Part } from '../../diagnosis/snapshot'
import type { CacheSize, DatabaseSize } from '../model'
import type { Finder } from './find'

export function lookAtDatabaseSize(
  { stack, region }: Place,
  find: Finder,
): Promise<Part<DatabaseSize | null>> {
  return look(
    `aws rds describe-db-instances --db-instance-identifier ${stack.database} --region ${region}`,
    async () => {
      const found = await find.database(stack)
      if (!found) return null
      return {
        status: found.DBInstanceStatus ?? '',
        class: found.DBInstanceClass ?? '',
        storageGb: found.AllocatedStorage ?? 0,
        mostStorageGb: found.MaxAllocatedStorage,
        created: iso(found.InstanceCreateTime),
      }
    },
  )
}

export function lookAtCacheSize({ stack, region }: Place, find: Finder): Promise<Part<CacheSize | null>> {
  const { replicationGroup } = stack
  return look(
    `aws elasticache describe-replication-groups --replication-group-id ${replicationGroup} --region ${region}`,
    async () => {
      const found = await find.cache(stack)
      return found ? { status: found.Status ?? '', members: found.MemberClusters ?? [] } : null
    },
  )
}

export function lookAtAlarms({ stack, region }: Place, find: Finder): Promise<Part<AlarmSeen[]>> {
  return look(
    `aws cloudwatch describe-alarms --alarm-name-prefix ${stack.prefix}- --region ${region}`,
    async () =>
      (await find.alarms(stack)).map((alarm) => ({
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? '',
        reason: alarm.StateReason ?? '',
        since: iso(alarm.StateUpdatedTimestamp),
        text: alarm.AlarmDescription,
      })),
  )
}
