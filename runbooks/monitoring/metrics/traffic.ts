import { judged, missing, seriesOf, silence } from '../metric'
import type { Look, Metric, Series } from '../model'
import { add, combine, counted, latest, newestEnd, scaled } from '../series'

/** A share of fewer requests says nothing: one of three is no 33 % of errors. */
const floor = 20

/** What passes the load balancer. It counts no request when there is none: its count of hosts tells that from not knowing. */
export function trafficMetrics(look: Look): Metric[] {
  const requests = seriesOf(look, 'requests')
  const errors = add(seriesOf(look, 'targetErrors'), seriesOf(look, 'balancerErrors'))
  const ends = [requests, errors, seriesOf(look, 'healthyHosts')].flatMap((one) => newestEnd(one, look) ?? [])
  const end = ends.length > 0 ? Math.max(...ends) : undefined
  const why = end === undefined ? whyUnknown(look) : undefined
  const seen = end === undefined ? undefined : counted(requests, end, look)
  const idle = seen?.sum === 0 ? { idle: true, why: 'no request' } : { why }
  const perMinute = scaled(requests, 60 / look.window.period)
  return [
    judged(
      { id: 'requests', group: 'Traffic', title: 'Requests', unit: '/min', points: perMinute, action: '' },
      seen && seen.sum / seen.minutes,
      { why },
    ),
    errorShare(look, errors, end, seen?.sum, why),
    ...(['p50', 'p95', 'p99'] as const).map((name) => {
      const series = scaled(seriesOf(look, name), 1000)
      return judged(
        {
          id: `latency-${name}`,
          group: 'Traffic',
          title: `Answer ${name}`,
          unit: 'ms',
          points: series,
          action: '',
        },
        seen?.sum === 0 ? undefined : latest(series, look),
        idle,
      )
    }),
  ]
}

function errorShare(
  look: Look,
  errors: Series,
  end: number | undefined,
  requests: number | undefined,
  why: string | undefined,
): Metric {
  const declared = {
    id: 'alb-5xx',
    group: 'Traffic',
    title: '5XX errors',
    unit: '%',
    threshold: 1,
    action: 'Check application logs',
    points: combine(errors, seriesOf(look, 'requests'), (bad, all) =>
      all > floor ? (100 * bad) / all : undefined,
    ),
  } as const
  if (end === undefined || requests === undefined) return judged(declared, undefined, { why })
  const { sum } = counted(errors, end, look)
  // What the load balancer answers itself, it may not have counted as a request.
  const all = Math.max(requests, sum)
  if (all === 0) return judged(declared, 0, { idle: true, why: 'no request' })
  if (all <= floor) {
    const said =
      sum > 0
        ? `${Math.round(sum)} of only ${Math.round(all)} requests failed`
        : `only ${Math.round(all)} requests`
    return judged(declared, undefined, { idle: true, why: said })
  }
  return judged(
    declared,
    (100 * sum) / all,
    sum > 0 ? { why: `${Math.round(sum)} of ${Math.round(all)} requests` } : {},
  )
}

const whyUnknown = (look: Look) =>
  missing(look.targets, 'load balancer') ?? silence(look, ['requests', 'healthyHosts'])
