import type { MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { Aws } from '../../aws/clients'
import type { Stack } from '../../aws/stack'
import { unless } from '../../diagnosis/collect/look'
import { fetchSeries } from '../look/series'
import type { AlarmThere, Hearer } from './compare'

/** A load balancer has no value of these while there is nothing to count. */
const rare = /^(RequestCount|HTTPCode_)/

export async function alarmsThere(aws: Aws, alarms: MetricAlarm[], now: Date): Promise<AlarmThere[]> {
  const withData = await seenData(aws, alarms, now).catch(() => undefined)
  return alarms.map((alarm, index) => ({
    name: alarm.AlarmName ?? '',
    state: alarm.StateValue ?? '',
    threshold: alarm.Threshold,
    comparison: alarm.ComparisonOperator,
    actionsEnabled: alarm.ActionsEnabled !== false,
    actions: alarm.AlarmActions ?? [],
    ageMinutes: (now.getTime() - (alarm.AlarmConfigurationUpdatedTimestamp?.getTime() ?? 0)) / 60_000,
    data: withData?.has(index),
    rare: metricsOf(alarm).every(({ Metric }) => rare.test(Metric?.MetricName ?? '')),
  }))
}

const day = 86_400

/** Which of the alarms have had a value of any of their metrics within two weeks: one call for all of them. */
async function seenData(aws: Aws, alarms: MetricAlarm[], now: Date): Promise<Set<number>> {
  const queries = alarms.flatMap((alarm, index) =>
    metricsOf(alarm).map(
      ({ Metric }, number): MetricDataQuery => ({
        Id: `a${index}_${number}`,
        MetricStat: { Metric, Period: day, Stat: 'SampleCount' },
      }),
    ),
  )
  const to = Math.ceil(now.getTime() / 1000 / day) * day
  const found = await fetchSeries(aws, queries, { from: to - 14 * day, to, period: day })
  const seen = [...found].flatMap(([id, points]) =>
    points.length > 0 ? Number(id.slice(1).split('_')[0]) : [],
  )
  return new Set(seen)
}

function metricsOf({ Metrics, Namespace, MetricName, Dimensions }: MetricAlarm) {
  if (!Metrics?.length) return [{ Metric: { Namespace, MetricName, Dimensions } }]
  return Metrics.flatMap(({ MetricStat }) => MetricStat ?? [])
}

/** Who hears of the topics; an address is shown, a path of a URL may be a key and is not. */
export async function hearersOf(aws: Aws, topics: string[]): Promise<Hearer[]> {
  const sns = await aws.sns()
  const lists = await Promise.all(
    topics.map(async (TopicArn) => {
      const hearers: Hearer[] = []
      let NextToken: string | undefined
      do {
        const asked = sns.listSubscriptionsByTopic({ TopicArn, ...(NextToken && { NextToken }) })
        const page = await unless(/^NotFound/, asked)
        for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of page?.Subscriptions ?? [])
          hearers.push({
            topic: TopicArn,
            protocol: Protocol,
            endpoint: Protocol.startsWith('http') ? (URL.parse(Endpoint)?.host ?? '') : Endpoint,
            confirmed: SubscriptionArn.startsWith('arn:'),
          })
        NextToken = page?.NextToken
      } while (NextToken)
      return hearers
    }),
  )
  return lists.flat()
}

/** Whether the cluster's Container Insights count tasks. */
export async function hasInsights(aws: Aws, { cluster }: Stack): Promise<boolean> {
  const ecs = await aws.ecs()
  const { clusters } = await ecs.describeClusters({ clusters: [cluster], include: ['SETTINGS'] })
  const setting = clusters?.[0]?.settings?.find(({ name }) => name === 'containerInsights')
  return setting?.value === 'enabled' || setting?.value === 'enhanced'
}
