import { fetchSeries } from '../../monitoring/look/series'
import type { RunSeen } from '../parts-runs'
import type { CacheUseSeen, QuotaSeen } from '../parts-stores'
import { refusalIn } from '../refusals'
import type { Part } from '../snapshot'
import { look, orElse, type Place } from './look'

const minutes = 15

/** How full the cache is, and how much it throws away: the worst of two members, of the last minutes. */
export function lookAtCacheUse({ aws, stack, region, now }: Place): Promise<Part<CacheUseSeen | null>> {
  const start = new Date(now.getTime() - minutes * 60_000)
  const first = `${stack.replicationGroup}-001`
  return look(
    `aws cloudwatch get-metric-statistics --namespace AWS/ElastiCache --metric-name DatabaseMemoryUsagePercentage --dimensions Name=CacheClusterId,Value=${first} --start-time ${start.toISOString()} --end-time ${now.toISOString()} --period 60 --statistics Maximum --region ${region}`,
    async () => {
      const query = (Id: string, MetricName: string, Stat: string, member: string) => ({
        Id,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/ElastiCache',
            MetricName,
            Dimensions: [{ Name: 'CacheClusterId', Value: `${stack.replicationGroup}-${member}` }],
          },
          Period: 60,
          Stat,
        },
      })
      const members = ['001', '002']
      const queries = members.flatMap((member) => [
        query(`m${member}`, 'DatabaseMemoryUsagePercentage', 'Maximum', member),
        query(`e${member}`, 'Evictions', 'Sum', member),
      ])
      const window = { from: start.getTime() / 1_000, to: now.getTime() / 1_000, period: 60 }
      const series = await fetchSeries(aws, queries, window)
      const newest = (letter: string) =>
        members.flatMap((member) => series.get(`${letter}${member}`)?.at(-1)?.[1] ?? [])
      const worst = (values: number[]) => (values.length > 0 ? Math.max(...values) : undefined)
      return { memoryPercent: worst(newest('m')), evictionsAMinute: worst(newest('e')) }
    },
  )
}

/** Those that bound how many tasks can run. */
const bounding = [{ service: 'fargate', code: 'L-3032A538' }]

export function lookAtQuotas(
  { aws, region }: Place,
  runs: Promise<Part<RunSeen[]>>,
): Promise<Part<QuotaSeen[]>> {
  return look(
    `aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538 --region ${region}`,
    async () => {
      const client = await aws.quotas()
      const [last] = await orElse(runs, [])
      const named = refusalIn(last?.error)?.quota
      return Promise.all(
        [...bounding, ...(named ? [named] : [])].map(async ({ service, code }) => {
          const { Quota } = await client.getServiceQuota({ ServiceCode: service, QuotaCode: code })
          return { service, code, name: Quota?.QuotaName ?? code, value: Quota?.Value ?? 0 }
        }),
      )
    },
  )
}
