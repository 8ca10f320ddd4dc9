import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { Stack } from '../aws/stack'

/** What CloudWatch is asked of an environment, under the names that the judges know. */
export type SeriesName = (typeof names)[number]

/** Where metrics are kept that are not named after the environment alone. */
export interface Addresses {
  /** The load balancer's and the target group's ARN from their kind on: `app/NAME/ID`, `targetgroup/NAME/ID`. */
  balancer: string | undefined
  targetGroup: string | undefined
}

/** ElastiCache counts by member; a group of ours has one, or two with a replica. */
const cacheMembers = ['001', '002'] as const

type Stat = 'Average' | 'Sum' | 'Minimum' | 'Maximum' | `p${number}`
interface Source {
  namespace: string
  metric: string
  stat: Stat
  dimensions: Record<string, string | undefined>
}

function sourcesOf(stack: Stack, { balancer, targetGroup }: Addresses) {
  const ecs = { ClusterName: stack.cluster, ServiceName: stack.service }
  const front = { LoadBalancer: balancer }
  const hosts = { LoadBalancer: balancer, TargetGroup: targetGroup }
  const database = { DBInstanceIdentifier: stack.database }
  const member = (number: string) => ({ CacheClusterId: `${stack.replicationGroup}-${number}` })
  const chatbot = { Environment: stack.environment }
  const of = (namespace: string, metric: string, stat: Stat, dimensions: Source['dimensions']): Source => ({
    namespace,
    metric,
    stat,
    dimensions,
  })
  const [first, second] = cacheMembers
  return {
    cpu: of('AWS/ECS', 'CPUUtilization', 'Average', ecs),
    memory: of('AWS/ECS', 'MemoryUtilization', 'Average', ecs),
    requests: of('AWS/ApplicationELB', 'RequestCount', 'Sum', front),
    targetErrors: of('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', 'Sum', front),
    balancerErrors: of('AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', 'Sum', front),
    p50: of('AWS/ApplicationELB', 'TargetResponseTime', 'p50', front),
    p95: of('AWS/ApplicationELB', 'TargetResponseTime', 'p95', front),
    p99: of('AWS/ApplicationELB', 'TargetResponseTime', 'p99', front),
    healthyHosts: of('AWS/ApplicationELB', 'HealthyHostCount', 'Minimum', hosts),
    databaseCpu: of('AWS/RDS', 'CPUUtilization', 'Average', database),
    connections: of('AWS/RDS', 'DatabaseConnections', 'Maximum', database),
    freeStorage: of('AWS/RDS', 'FreeStorageSpace', 'Minimum', database),
    credits: of('AWS/RDS', 'CPUCreditBalance', 'Average', database),
    cacheMemory1: of('AWS/ElastiCache', 'DatabaseMemoryUsagePercentage', 'Average', member(first)),
    cacheMemory2: of('AWS/ElastiCache', 'DatabaseMemoryUsagePercentage', 'Average', member(second)),
    evictions1: of('AWS/ElastiCache', 'Evictions', 'Sum', member(first)),
    evictions2: of('AWS/ElastiCache', 'Evictions', 'Sum', member(second)),
    // Reads go to the primary, whichever member that is just now.
    hits1: of('AWS/ElastiCache', 'CacheHits', 'Sum', member(first)),
    hits2: of('AWS/ElastiCache', 'CacheHits', 'Sum', member(second)),
    misses1: of('AWS/ElastiCache', 'CacheMisses', 'Sum', member(first)),
    misses2: of('AWS/ElastiCache', 'CacheMisses', 'Sum', member(second)),
    // The server's own, by the embedded metric format in its log.
    answersCached: of('Tria/Chatbot', 'CacheHits', 'Sum', chatbot),
    answersMade: of('Tria/Chatbot', 'CacheMisses', 'Sum', chatbot),
    fallbacks: of('Tria/Chatbot', 'Fallbacks', 'Sum', chatbot),
    spending: of('Tria/Chatbot', 'CostDollars', 'Sum', chatbot),
  } satisfies Record<string, Source>
}

const names = [
  'cpu',
  'memory',
  'requests',
  'targetErrors',
  'balancerErrors',
  'p50',
  'p95',
  'p99',
  'healthyHosts',
  'databaseCpu',
  'connections',
  'freeStorage',
  'credits',
  'cacheMemory1',
  'cacheMemory2',
  'evictions1',
  'evictions2',
  'hits1',
  'hits2',
  'misses1',
  'misses2',
  'answersCached',
  'answersMade',
  'fallbacks',
  'spending',
] as const

export const seriesNames: readonly SeriesName[] = names

/** An environment's queries; what has no address yet is left out. Ids must begin with a small letter. */
export function queriesOf(
  stack: Stack,
  addresses: Addresses,
  period: number,
  prefix: string,
): MetricDataQuery[] {
  const sources: Record<SeriesName, Source> = sourcesOf(stack, addresses)
  return names.flatMap((name) => {
    const { namespace, metric, stat, dimensions } = sources[name]
    const pairs = Object.entries(dimensions)
    if (pairs.some(([, value]) => value === undefined)) return []
    const Dimensions = pairs.map(([Name, Value]) => ({ Name, Value }))
    return [
      {
        Id: `${prefix}_${name}`,
        MetricStat: {
          Metric: { Namespace: namespace, MetricName: metric, Dimensions },
          Period: period,
          Stat: stat,
        },
      },
    ]
  })
}
