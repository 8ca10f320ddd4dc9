import type { ReplicationGroup } from '@aws-sdk/client-elasticache'
import type { DBInstance } from '@aws-sdk/client-rds'
import type { Aws } from './clients'
import type { Stack } from './stack'

export async function findDatabase(aws: Aws, stack: Stack): Promise<DBInstance | undefined> {
  const rds = await aws.rds()
  try {
    return (await rds.describeDBInstances({ DBInstanceIdentifier: stack.database })).DBInstances?.[0]
  } catch (error) {
    if (/^DBInstanceNotFound/.test((error as Error).name)) return undefined
    throw error
  }
}

export async function findReplicationGroup(aws: Aws, stack: Stack): Promise<ReplicationGroup | undefined> {
  const elasticache = await aws.elasticache()
  try {
    const { ReplicationGroups } = await elasticache.describeReplicationGroups({
      ReplicationGroupId: stack.replicationGroup,
    })
    return ReplicationGroups?.[0]
  } catch (error) {
    if (/^ReplicationGroupNotFound/.test((error as Error).name)) return undefined
    throw error
  }
}
