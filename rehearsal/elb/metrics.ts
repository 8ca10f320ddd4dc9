import type { Query } from '../network/query.ts'
import type { TargetHealth } from './health.ts'
import { groupsOf, type LoadBalancer, type TargetGroup } from './model.ts'
import { type Exchange, emptyTally, type Tally, tally } from './traffic.ts'

export interface Observed {
  balancers(): LoadBalancer[]
  group(arn: string): TargetGroup | undefined
  healthOf(groupArn: string): TargetHealth['State'][]
  log(message: string): void
}

/** AWS has a value a minute; a reader of a rehearsal should not have to wait that long for the first. */
const everyMs = 15_000
const firstMs = 3_000

interface Datum {
  MetricName: string
  Dimensions: { Name: string; Value: string }[]
  Timestamp: string
  Unit: string
  Value?: number
  Values?: number[]
}

/** Counts what passes a load balancer, and writes it to CloudWatch as AWS/ApplicationELB. */
export function createMetrics(query: Query, observed: Observed) {
  /** Since the last writing, by load balancer, and by `load balancer target group`. */
  let tallies = new Map<string, Tally>()
  let published = false

  function of(key: string): Tally {
    const found = tallies.get(key) ?? emptyTally()
    tallies.set(key, found)
    return found
  }

  async function publish(): Promise<void> {
    const taken = tallies
    tallies = new Map()
    const data = observed.balancers().flatMap((balancer) => [
      ...traffic(taken.get(balancer.arn), [dimension('LoadBalancer', balancer.suffix)]),
      ...groupsOf(balancer).flatMap((arn) => {
        const group = observed.group(arn)
        if (!group) return []
        const both = [dimension('TargetGroup', group.suffix), dimension('LoadBalancer', balancer.suffix)]
        return [...hosts(observed.healthOf(arn), both), ...traffic(taken.get(`${balancer.arn} ${arn}`), both)]
      }),
    ])
    if (data.length === 0) return
    await query('monitoring', 'PutMetricData', { Namespace: 'AWS/ApplicationELB', MetricData: data })
    published = true
  }

  let timer = setTimeout(tick, firstMs)
  async function tick(): Promise<void> {
    await publish().catch((cause) => observed.log(`Metrics could not be written: ${cause}`))
    timer = setTimeout(tick, published ? everyMs : firstMs)
    timer.unref()
  }
  timer.unref()

  return {
    record(balancer: LoadBalancer, exchange: Exchange, groupArn?: string): void {
      tally(of(balancer.arn), exchange)
      if (groupArn) tally(of(`${balancer.arn} ${groupArn}`), exchange)
    },
    publish,
    stop: () => clearTimeout(timer),
  }
}

const dimension = (Name: string, Value: string) => ({ Name, Value })

/** Values belong to the minute they fall in, so that several writings of one minute add up. */
const thisMinute = () => new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString()

function count(MetricName: string, Dimensions: Datum['Dimensions'], Value: number): Datum {
  return { MetricName, Dimensions, Timestamp: thisMinute(), Unit: 'Count', Value }
}

function hosts(states: TargetHealth['State'][], dimensions: Datum['Dimensions']): Datum[] {
  const inState = (state: string) => states.filter((one) => one === state).length
  return [
    count('HealthyHostCount', dimensions, inState('healthy')),
    count('UnHealthyHostCount', dimensions, inState('unhealthy')),
  ]
}

function traffic(tally: Tally | undefined, dimensions: Datum['Dimensions']): Datum[] {
  if (!tally) return []
  const named = (prefix: string, counts: Record<string, number>) =>
    Object.entries(counts).map(([code, value]) => count(`${prefix}_${code}_Count`, dimensions, value))
  return [
    ...(tally.requests > 0 ? [count('RequestCount', dimensions, tally.requests)] : []),
    ...named('HTTPCode_Target', tally.target),
    ...named('HTTPCode_ELB', tally.elb),
    ...(tally.seconds.length > 0
      ? [
          {
            MetricName: 'TargetResponseTime',
            Dimensions: dimensions,
            Timestamp: thisMinute(),
            Unit: 'Seconds',
            Values: representatives(tally.seconds),
          },
        ]
      : []),
  ]
}

const mostValues = 100

/** Few enough values for one call that have the same percentiles as all of them. */
export function representatives(values: number[], most = mostValues): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  if (sorted.length <= most) return sorted
  return Array.from(
    { length: most },
    (_, index) => sorted[Math.floor(((index + 0.5) / most) * sorted.length)] ?? 0,
  )
}
