import type { Point } from './points'

/** Values by the second that their period begins at. */
export type TimeSeries = Map<number, number>

export interface Range {
  from: number
  to: number
  period: number
}

/** One statistic of a metric for each period that has data. Periods begin at multiples of their length. */
export function statistic(points: Point[], { from, to, period }: Range, name: string): TimeSeries {
  const begin = Math.floor(from / period) * period
  const buckets = new Map<number, Point[]>()
  for (const point of points) {
    if (point.at < begin || point.at >= to) continue
    const start = Math.floor(point.at / period) * period
    const bucket = buckets.get(start)
    if (bucket) bucket.push(point)
    else buckets.set(start, [point])
  }
  return new Map([...buckets].map(([start, bucket]) => [start, of(bucket, name)]))
}

/** Whether CloudWatch has a statistic of this name, percentiles such as p99.9 included. */
export const isStatistic = (name: string): boolean =>
  /^(Average|Sum|Minimum|Maximum|SampleCount|p(100|\d{1,2}(\.\d+)?))$/.test(name)

function of(points: Point[], name: string): number {
  const count = points.reduce((sum, each) => sum + each.count, 0)
  const sum = points.reduce((total, each) => total + each.sum, 0)
  switch (name) {
    case 'SampleCount':
      return count
    case 'Sum':
      return sum
    case 'Average':
      return sum / count
    case 'Minimum':
      return Math.min(...points.map((each) => each.min))
    case 'Maximum':
      return Math.max(...points.map((each) => each.max))
    default:
      return percentile(points, Number(name.slice(1)))
  }
}

/** The smallest value that this share of all values is not above. Statistic sets count at their average. */
function percentile(points: Point[], share: number): number {
  const all = points.flatMap((each) =>
    each.values.length > 0 ? each.values : [{ value: each.sum / each.count, count: each.count }],
  )
  all.sort((a, b) => a.value - b.value)
  const rank = (share / 100) * all.reduce((sum, each) => sum + each.count, 0)
  let passed = 0
  for (const { value, count } of all) {
    passed += count
    if (passed >= rank) return value
  }
  return all.at(-1)?.value ?? 0
}
