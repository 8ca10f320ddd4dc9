import type { Members } from '../../call'

/** What was put at one second: a summary, and the single values where they were told. */
export interface Point {
  at: number
  count: number
  sum: number
  min: number
  max: number
  values: { value: number; count: number }[]
}

/** One metric: a name with its dimensions in a namespace. */
export interface Metric {
  namespace: string
  name: string
  dimensions: { Name: string; Value: string }[]
  unit: string
  points: Point[]
}

/** As long as CloudWatch keeps values of a minute. */
const keptSeconds = 15 * 24 * 3600

/** The metrics of a region. Dimensions match as a whole: a metric without one of them is another metric. */
export function metricStore() {
  const metrics = new Map<string, Metric>()
  return {
    find: (namespace: string, name: string, dimensions: Members[] = []) =>
      metrics.get(keyOf(namespace, name, dimensions)),
    all: (): Metric[] => [...metrics.values()],
    put(namespace: string, datum: Members, now: number): void {
      const { MetricName, Dimensions = [], Unit = 'None' } = datum
      const key = keyOf(namespace, MetricName, Dimensions)
      const dimensions = Dimensions as Metric['dimensions']
      const metric = metrics.get(key) ?? { namespace, name: MetricName, dimensions, unit: Unit, points: [] }
      metrics.set(key, metric)
      insert(metric.points, pointOf(datum, now))
      const oldest = now - keptSeconds
      while (metric.points[0] && metric.points[0].at < oldest) metric.points.shift()
    },
  }
}

export type MetricStore = ReturnType<typeof metricStore>

function keyOf(namespace: string, name: string, dimensions: Members[]): string {
  const pairs = dimensions.map((each) => `${each.Name}=${each.Value}`).sort()
  return [namespace, name, ...pairs].join('\n')
}

function pointOf(datum: Members, now: number): Point {
  const at = Math.floor(datum.Timestamp === undefined ? now : seconds(datum.Timestamp))
  const set = datum.StatisticValues
  if (set) {
    return { at, count: +set.SampleCount, sum: +set.Sum, min: +set.Minimum, max: +set.Maximum, values: [] }
  }
  const given: number[] = (datum.Values ?? [datum.Value ?? 0]).map(Number)
  const values = given.map((value, index) => ({ value, count: Number(datum.Counts?.[index] ?? 1) }))
  return {
    at,
    count: values.reduce((sum, each) => sum + each.count, 0),
    sum: values.reduce((sum, each) => sum + each.value * each.count, 0),
    min: Math.min(...given),
    max: Math.max(...given),
    values,
  }
}

/** Keeps them in the order of time; nearly all come in it. */
function insert(points: Point[], point: Point): void {
  let at = points.length
  while (at > 0 && points[at - 1]!.at > point.at) at--
  points.splice(at, 0, point)
}

/** A time of any protocol in seconds: JSON has numbers, query requests are read to dates. */
export function seconds(time: unknown): number {
  if (time instanceof Date) return time.getTime() / 1000
  return typeof time === 'number' ? time : Date.parse(String(time)) / 1000
}
