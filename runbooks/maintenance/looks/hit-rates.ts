import type { Series } from '../../monitoring/model'
import { add } from '../../monitoring/series'
import type { Check } from '../check'
import { judgeHitRates } from '../judges/hit-rates'
import { type Source, seriesOver } from './series'

const days = 30

export const hitRates: Check = {
  id: 'hit-rates',
  title: 'What the caches find',
  async look(place) {
    const { stack, now } = place
    const sum = (namespace: string, metric: string, dimensions: Source['dimensions']): Source => ({
      namespace,
      metric,
      stat: 'Sum',
      dimensions,
    })
    const redis = (metric: string, member: string) =>
      sum('AWS/ElastiCache', metric, { CacheClusterId: `${stack.replicationGroup}-${member}` })
    const chatbot = (metric: string) => sum('Tria/Chatbot', metric, { Environment: stack.environment })
    const seen: Record<string, Series> = await seriesOver(place, days, {
      hits1: redis('CacheHits', '001'),
      hits2: redis('CacheHits', '002'),
      misses1: redis('CacheMisses', '001'),
      misses2: redis('CacheMisses', '002'),
      evicted1: redis('Evictions', '001'),
      evicted2: redis('Evictions', '002'),
      cached: chatbot('CacheHits'),
      made: chatbot('CacheMisses'),
    })
    const of = (name: string) => seen[name] ?? []
    return judgeHitRates(
      [
        {
          what: 'answers from the cache',
          hits: of('cached'),
          misses: of('made'),
          fix: 'look at what is asked: bun runbooks/monitor.ts logs --grep answered',
          always: false,
        },
        {
          what: 'look-ups in Redis',
          hits: add(of('hits1'), of('hits2')),
          misses: add(of('misses1'), of('misses2')),
          fix: "a larger redis_node_type in the environment's tfvars",
          always: true,
          evicted: add(of('evicted1'), of('evicted2')),
        },
      ],
      now.getTime() / 1000 - (days / 2) * 86_400,
    )
  },
}
