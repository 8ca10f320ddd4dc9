import { CloudWatch, type MetricDatum } from '@aws-sdk/client-cloudwatch'
import { EC2 } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import { stackOf } from '../../../runbooks/aws/stack'

/** Where metrics are put, as a rehearsal's environment says. */
export interface Account {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

export const accountIn = (env: Record<string, string | undefined>): Account => ({
  endpoint: env.AWS_ENDPOINT_URL!,
  region: env.AWS_REGION!,
  credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
})

/** What has its days already: told twice they would be twice as busy. */
const told = new Set<string>()

/** Three quiet days behind a staging environment, as CloudWatch would have them: what every measured lever looks for. */
export async function putQuietDays(account: Account, environment = 'staging', hours = 72): Promise<void> {
  const stack = stackOf(environment)
  const cloudwatch = new CloudWatch(account)
  const dimensions = (all: Record<string, string>) =>
    Object.entries(all).map(([Name, Value]) => ({ Name, Value }))
  const ecs = dimensions({ ClusterName: stack.cluster, ServiceName: stack.service })
  const database = dimensions({ DBInstanceIdentifier: stack.database })
  const cache = dimensions({ CacheClusterId: `${stack.replicationGroup}-001` })
  const chatbot = dimensions({ Environment: environment })
  const front = dimensions({ LoadBalancer: await balancerOf(account, stack.loadBalancer) })
  const ways = (await gatewaysOf(account)).map((id) => dimensions({ NatGatewayId: id }))
  const logs = dimensions({ LogGroupName: stack.logGroup })
  const isNew = (dimensions: MetricDatum['Dimensions']) => !told.has(JSON.stringify(dimensions))
  const end = Math.floor(Date.now() / 3_600_000) * 3_600_000
  // What the bench itself asks falls into hours that are busy, whenever it is run.
  const night = (at: Date) => {
    const ahead = (at.getUTCHours() - new Date(end).getUTCHours() + 24) % 24
    return ahead >= 6 && ahead < 17
  }
  for (let back = hours; back > 0; back--) {
    const Timestamp = new Date(end - back * 3_600_000)
    const day = !night(Timestamp)
    const one = (MetricName: string, Dimensions: MetricDatum['Dimensions'], Value: number): MetricDatum => ({
      MetricName,
      Dimensions,
      Timestamp,
      Value,
    })
    // One value a task and minute, as ECS gives them.
    const many = (MetricName: string, value: number): MetricDatum => ({
      MetricName,
      Dimensions: ecs,
      Timestamp,
      Values: [value],
      Counts: [120],
    })
    const put = async (Namespace: string, all: MetricDatum[]) => {
      const MetricData = all.filter(({ Dimensions }) => isNew(Dimensions))
      if (MetricData.length > 0) await cloudwatch.putMetricData({ Namespace, MetricData })
    }
    await Promise.all([
      put('AWS/ECS', [many('CPUUtilization', day ? 9 : 2), many('MemoryUtilization', 11)]),
      put('AWS/RDS', [
        one('CPUUtilization', database, 4),
        one('DatabaseConnections', database, 5),
        one('FreeableMemory', database, 1.5 * 2 ** 30),
      ]),
      put('AWS/ElastiCache', [
        one('DatabaseMemoryUsagePercentage', cache, 2),
        one('EngineCPUUtilization', cache, 1),
        one('Reclaimed', cache, 20),
      ]),
      put('AWS/Logs', [one('IncomingBytes', logs, 20e6)]),
      ...ways.map((way) => put('AWS/NATGateway', [one('BytesInFromDestination', way, 300e6)])),
      put('Tria/Chatbot', [
        one('CacheHits', chatbot, 100),
        one('CacheMisses', chatbot, 60),
        one('InputTokens', chatbot, 90_000),
        one('OutputTokens', chatbot, 9_000),
        one('CostDollars', chatbot, 0.0189),
      ]),
      put('AWS/ApplicationELB', [one('RequestCount', front, day ? 160 : 4)]),
    ])
  }
  const all = [ecs, database, cache, chatbot, front, logs, ...ways]
  for (const each of all) told.add(JSON.stringify(each))
}

async function gatewaysOf(account: Account): Promise<string[]> {
  const { NatGateways = [] } = await new EC2(account).describeNatGateways({
    Filter: [{ Name: 'state', Values: ['available'] }],
  })
  return NatGateways.map(({ NatGatewayId = '' }) => NatGatewayId)
}

async function balancerOf(account: Account, name: string): Promise<string> {
  const { LoadBalancers } = await new ElasticLoadBalancingV2(account).describeLoadBalancers({ Names: [name] })
  return LoadBalancers![0]!.LoadBalancerArn!.split(':loadbalancer/')[1]!
}
