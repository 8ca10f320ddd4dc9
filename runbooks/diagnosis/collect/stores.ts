import { findDatabase, findReplicationGroup } from '../../aws/database'
import type { AlarmSeen } from '../parts'
import type { CacheSeen, DatabaseSeen } from '../parts-stores'
import type { Part } from '../snapshot'
import { iso, look, type Place } from './look'

export function lookAtDatabase({ aws, stack, region }: Place): Promise<Part<DatabaseSeen | null>> {
  return look(
    `aws rds describe-db-instances --db-instance-identifier ${stack.database} --region ${region}`,
    async () => {
      const found = await findDatabase(aws, stack)
      if (!found) return null
      return {
        id: stack.database,
        status: found.DBInstanceStatus ?? '',
        port: found.Endpoint?.Port,
        groups: (found.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []),
        restarts: iso(found.AutomaticRestartTime),
      }
    },
  )
}

export function lookAtCache({ aws, stack, region }: Place): Promise<Part<CacheSeen | null>> {
  const { replicationGroup } = stack
  return look(
    `aws elasticache describe-replication-groups --replication-group-id ${replicationGroup} --region ${region}`,
    async () => {
      const found = await findReplicationGroup(aws, stack)
      if (!found) return null
      const [member] = found.MemberClusters ?? []
      // The group itself does not say which security groups it is in; its members do.
      const elasticache = await aws.elasticache()
      const { CacheClusters } = member
        ? await elasticache.describeCacheClusters({ CacheClusterId: member })
        : { CacheClusters: [] }
      return {
        id: replicationGroup,
        status: found.Status ?? '',
        port: found.NodeGroups?.[0]?.PrimaryEndpoint?.Port,
        groups: (CacheClusters?.[0]?.SecurityGroups ?? []).flatMap(({ SecurityGroupId: id }) => id ?? []),
      }
    },
  )
}

/** The environment's own alarms; those of autoscaling ring whenever there is room to scale in. */
export function lookAtAlarms({ aws, stack, region }: Place): Promise<Part<AlarmSeen[]>> {
  return look(
    `aws cloudwatch describe-alarms --alarm-name-prefix ${stack.prefix} --region ${region}`,
    async () => {
      const cloudwatch = await aws.cloudwatch()
      const { MetricAlarms = [] } = await cloudwatch.describeAlarms({
        AlarmNamePrefix: stack.prefix,
        MaxRecords: 100,
      })
      return MetricAlarms.filter(({ AlarmName }) => !AlarmName?.startsWith('TargetTracking-')).map(
        (alarm) => ({
          name: alarm.AlarmName ?? '',
          state: alarm.StateValue ?? '',
          reason: alarm.StateReason ?? '',
          since: iso(alarm.StateUpdatedTimestamp),
          text: alarm.AlarmDescription,
        }),
      )
    },
  )
}
