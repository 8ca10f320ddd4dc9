import { fetchSeries } from '../../monitoring/look/series'
import type { Series } from '../../monitoring/model'
import type { Place } from '../check'

export interface Source {
  namespace: string
  metric: string
  stat: 'Sum' | 'Minimum'
  dimensions: Record<string, string>
}

const hour = 3600

/** Metrics hour by hour over so many days, in one call; their names begin with a small letter, as CloudWatch wants it. */
export async function seriesOver<Name extends string>(
  { aws, now }: Pick<Place, 'aws' | 'now'>,
  days: number,
  sources: Record<Name, Source>,
): Promise<Record<Name, Series>> {
  const to = Math.ceil(now.getTime() / 1000 / hour) * hour
  const queries = Object.entries<Source>(sources).map(([Id, { namespace, metric, stat, dimensions }]) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: hour,
      Stat: stat,
    },
  }))
  const found = await fetchSeries(aws, queries, { from: to - days * 24 * hour, to, period: hour })
  const entries = Object.keys(sources).map((name) => [name, found.get(name) ?? []])
  return Object.fromEntries(entries) as Record<Name, Series>
}
