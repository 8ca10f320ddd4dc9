import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { Stack } from '../../aws/stack'

/** Where metrics are kept that are named after ids. */
export interface Addresses {
  balancer: string | undefined
  gateways: readonly string[]
  endpoints: readonly { id: string; service: string; vpc: string }[]
  logGroups: readonly string[]
}

type Source = readonly [namespace: string, metric: string, stat: string, dimensions: Record<string, string>]

/** One hour a point: kept for 15 months, and told apart by the hour of the day. */
export const period = 3600

function sourcesOf(stack: Stack, { balancer, gateways, endpoints, logGroups }: Addresses) {
  const ecs = { ClusterName: stack.cluster, ServiceName: stack.service }
  const front = balancer ? [{ LoadBalancer: balancer }] : []
  const database = { DBInstanceIdentifier: stack.database }
  const cache = { CacheClusterId: `${stack.replicationGroup}-001` }
  const chatbot = { Environment: stack.environment }
  const one = (...source: Source) => [source]
  const each = (namespace: string, metric: string, stat: string, all: readonly Record<string, string>[]) =>
    all.map((dimensions): Source => [namespace, metric, stat, dimensions])
  const nat = gateways.map((NatGatewayId) => ({ NatGatewayId }))
  const interfaces = endpoints.map(({ id, service, vpc }) => ({
    'Endpoint Type': 'Interface',
    'Service Name': service,
    'VPC Endpoint Id': id,
    'VPC Id': vpc,
  }))
  const logs = logGroups.map((LogGroupName) => ({ LogGroupName }))
  return {
    taskCpu: one('AWS/ECS', 'CPUUtilization', 'p99', ecs),
    taskCpuMean: one('AWS/ECS', 'CPUUtilization', 'Average', ecs),
    // ECS gives one value a task and minute: how many there are is how many tasks ran.
    taskMinutes: one('AWS/ECS', 'CPUUtilization', 'SampleCount', ecs),
    taskMemory: one('AWS/ECS', 'MemoryUtilization', 'Maximum', ecs),
    requests: each('AWS/ApplicationELB', 'RequestCount', 'Sum', front),
    balancerUnits: each('AWS/ApplicationELB', 'ConsumedLCUs', 'Average', front),
    balancerBytes: each('AWS/ApplicationELB', 'ProcessedBytes', 'Sum', front),
    natFromTasks: each('AWS/NATGateway', 'BytesInFromSource', 'Sum', nat),
    natToTasks: each('AWS/NATGateway', 'BytesInFromDestination', 'Sum', nat),
    endpointBytes: each('AWS/PrivateLinkEndpoints', 'BytesProcessed', 'Sum', interfaces),
    databaseCpu: one('AWS/RDS', 'CPUUtilization', 'p99', database),
    databaseConnections: one('AWS/RDS', 'DatabaseConnections', 'Maximum', database),
    databaseStorage: one('AWS/RDS', 'FreeStorageSpace', 'Minimum', database),
    databaseMemory: one('AWS/RDS', 'FreeableMemory', 'Minimum', database),
    databaseCredits: one('AWS/RDS', 'CPUCreditBalance', 'Minimum', database),
    cacheMemory: one('AWS/ElastiCache', 'DatabaseMemoryUsagePercentage', 'Maximum', cache),
    cacheCpu: one('AWS/ElastiCache', 'EngineCPUUtilization', 'Maximum', cache),
    cacheEvictions: one('AWS/ElastiCache', 'Evictions', 'Sum', cache),
    cacheExpired: one('AWS/ElastiCache', 'Reclaimed', 'Sum', cache),
    logBytes: each('AWS/Logs', 'IncomingBytes', 'Sum', logs),
    answersCached: one('Tria/Chatbot', 'CacheHits', 'Sum', chatbot),
    answersMade: one('Tria/Chatbot', 'CacheMisses', 'Sum', chatbot),
    inputTokens: one('Tria/Chatbot', 'InputTokens', 'Sum', chatbot),
    outputTokens: one('Tria/Chatbot', 'OutputTokens', 'Sum', chatbot),
    dollars: one('Tria/Chatbot', 'CostDollars', 'Sum', chatbot),
  }
}

/** Every query with the name and place that its answer belongs to: `logBytes_2` is of the third log group. */
export function useQueries(stack: Stack, addresses: Addresses): MetricDataQuery[] {
  return Object.entries(sourcesOf(stack, addresses)).flatMap(([name, sources]) =>
    sources.map(([Namespace, MetricName, Stat, dimensions], index) => ({
      Id: `${name}_${index}`,
      MetricStat: {
        Metric: {
          Namespace,
          MetricName,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: period,
        Stat,
      },
    })),
  )
}
