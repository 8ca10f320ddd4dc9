import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { ReplicationGroup } from '@aws-sdk/client-elasticache'
import type { DBInstance } from '@aws-sdk/client-rds'
import type { Aws } from '../../aws/clients'
import { findDatabase, findReplicationGroup } from '../../aws/database'
import { findLoadBalancer } from '../../aws/loadbalancer'
import { project, type Stack } from '../../aws/stack'
import { unless } from '../../diagnosis/collect/look'

/** An environment's things by their names; undefined where there is none. */
export interface Finder {
  balancerArn(stack: Stack): Promise<string | undefined>
  targetGroupArn(stack: Stack): Promise<string | undefined>
  database(stack: Stack): Promise<DBInstance | undefined>
  cache(stack: Stack): Promise<ReplicationGroup | undefined>
  /** Not those that autoscaling keeps for itself, which have names of its own. */
  alarms(stack: Stack): Promise<MetricAlarm[]>
}

/** Each by a call of its own: of one environment, however much else the account has. */
export const oneByOne = (aws: Aws): Finder => ({
  balancerArn: async (stack) => (await findLoadBalancer(aws, stack))?.LoadBalancerArn,
  async targetGroupArn({ targetGroup }) {
    const elb = await aws.elb()
    const answer = await unless(/^TargetGroupNotFound/, elb.describeTargetGroups({ Names: [targetGroup] }))
    return answer?.TargetGroups?.[0]?.TargetGroupArn
  },
  database: (stack) => findDatabase(aws, stack),
  cache: (stack) => findReplicationGroup(aws, stack),
  alarms: ({ prefix }) => alarmsNamed(aws, `${prefix}-`),
})

/** All of a kind at once, a page after the other: of many environments, in as few calls as there are pages. */
export function allTogether(aws: Aws): Finder {
  const balancers = once(async () => {
    const elb = await aws.elb()
    return paged(async (Marker) => {
      const page = await elb.describeLoadBalancers({ ...(Marker && { Marker }) })
      return [page.LoadBalancers, page.NextMarker]
    })
  })
  const groups = once(async () => {
    const elb = await aws.elb()
    return paged(async (Marker) => {
      const page = await elb.describeTargetGroups({ ...(Marker && { Marker }) })
      return [page.TargetGroups, page.NextMarker]
    })
  })
  const databases = once(async () => {
    const rds = await aws.rds()
    return paged(async (Marker) => {
      const page = await rds.describeDBInstances({ MaxRecords: 100, ...(Marker && { Marker }) })
      return [page.DBInstances, page.Marker]
    })
  })
  const caches = once(async () => {
    const elasticache = await aws.elasticache()
    return paged(async (Marker) => {
      const page = await elasticache.describeReplicationGroups({ MaxRecords: 100, ...(Marker && { Marker }) })
      return [page.ReplicationGroups, page.Marker]
    })
  })
  const alarms = once(() => alarmsNamed(aws, `${project}-`))
  return {
    balancerArn: async ({ loadBalancer: name }) =>
      (await balancers()).find(({ LoadBalancerName }) => LoadBalancerName === name)?.LoadBalancerArn,
    targetGroupArn: async ({ targetGroup: name }) =>
      (await groups()).find(({ TargetGroupName }) => TargetGroupName === name)?.TargetGroupArn,
    database: async ({ database: id }) =>
      (await databases()).find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id),
    cache: async ({ replicationGroup: id }) =>
      (await caches()).find(({ ReplicationGroupId }) => ReplicationGroupId === id),
    alarms: async ({ prefix }) =>
      (await alarms()).filter(({ AlarmName }) => AlarmName?.startsWith(`${prefix}-`)),
  }
}

async function alarmsNamed(aws: Aws, AlarmNamePrefix: string): Promise<MetricAlarm[]> {
  const cloudwatch = await aws.cloudwatch()
  return paged(async (NextToken) => {
    const page = await cloudwatch.describeAlarms({
      AlarmNamePrefix,
      AlarmTypes: ['MetricAlarm'],
      MaxRecords: 100,
      ...(NextToken && { NextToken }),
    })
    return [page.MetricAlarms, page.NextToken]
  })
}

async function paged<T>(
  ask: (token: string | undefined) => Promise<[T[] | undefined, string | undefined]>,
): Promise<T[]> {
  const all: T[] = []
  let token: string | undefined
  do {
    const [some = [], next] = await ask(token)
    all.push(...some)
    token = next
  } while (token)
  return all
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
