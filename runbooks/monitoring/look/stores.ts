import { findDatabase, findReplicationGroup } from '../../aws/database'
import { iso, look, type Place } from '../../diagnosis/collect/look'
import type { Part } from '../../diagnosis/snapshot'
import type { CacheSize, DatabaseSize } from '../model'

export function lookAtDatabaseSize({ aws, stack, region }: Place): Promise<Part<DatabaseSize | null>> {
  return look(
    `aws rds describe-db-instances --db-instance-identifier ${stack.database} --region ${region}`,
    async () => {
      const found = await findDatabase(aws, stack)
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

export function lookAtCacheSize({ aws, stack, region }: Place): Promise<Part<CacheSize | null>> {
  const { replicationGroup } = stack
  return look(
    `aws elasticache describe-replication-groups --replication-group-id ${replicationGroup} --region ${region}`,
    async () => {
      const found = await findReplicationGroup(aws, stack)
      return found ? { status: found.Status ?? '', members: found.MemberClusters ?? [] } : null
    },
  )
}
