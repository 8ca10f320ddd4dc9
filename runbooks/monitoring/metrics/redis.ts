import { stackOf } from '../../aws/stack'
import { judged, missing, seriesOf, silence } from '../metric'
import type { Look, Metric, Series } from '../model'
import { add, counted, larger, latest, newestEnd, scaled, shareOf } from '../series'

export function redisMetrics(look: Look): Metric[] {
  // Of two members the worse one counts: each is as large as the cache.
  const memory = larger(seriesOf(look, 'cacheMemory1'), seriesOf(look, 'cacheMemory2'))
  const evicted = larger(seriesOf(look, 'evictions1'), seriesOf(look, 'evictions2'))
  const [hits, misses] = [
    add(seriesOf(look, 'hits1'), seriesOf(look, 'hits2')),
    add(seriesOf(look, 'misses1'), seriesOf(look, 'misses2')),
  ]
  const end = newestEnd(memory, look)
  const gone = missing(look.cache, stackOf(look.environment).replicationGroup)
  const why = gone ?? (end === undefined ? silence(look, ['cacheMemory1', 'cacheMemory2']) : undefined)
  const perMinute = (series: Series) => {
    if (gone || end === undefined) return undefined
    const { sum, minutes } = counted(series, end, look)
    return sum / minutes
  }
  return [
    judged(
      {
        id: 'redis-memory',
        group: 'Redis',
        title: 'Memory',
        unit: '%',
        threshold: 80,
        points: memory,
        action: 'Increase cache size',
      },
      gone ? undefined : latest(memory, look),
      { why },
    ),
    judged(
      {
        id: 'redis-evictions',
        group: 'Redis',
        title: 'Evictions',
        unit: '/min',
        threshold: 100,
        points: scaled(evicted, 60 / look.window.period),
        action: 'Increase cache size',
      },
      perMinute(evicted),
      { why },
    ),
    hitRate(hits, misses, perMinute, why),
  ]
}

function hitRate(
  hits: Series,
  misses: Series,
  perMinute: (series: Series) => number | undefined,
  why: string | undefined,
): Metric {
  const declared = {
    id: 'redis-hit-rate',
    group: 'Redis',
    title: 'Hit rate',
    unit: '%',
    points: shareOf(hits, misses),
    action: '',
  } as const
  const [found, not] = [perMinute(hits), perMinute(misses)]
  if (found === undefined || not === undefined) return judged(declared, undefined, { why })
  if (found + not === 0) return judged(declared, undefined, { idle: true, why: 'nothing was looked up' })
  return judged(declared, (100 * found) / (found + not))
}
