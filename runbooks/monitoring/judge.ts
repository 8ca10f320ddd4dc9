import { alarmMetrics } from './metrics/alarms'
import { chatbotMetrics } from './metrics/chatbot'
import { costMetrics } from './metrics/costs'
import { databaseMetrics } from './metrics/database'
import { redisMetrics } from './metrics/redis'
import { serviceMetrics } from './metrics/service'
import { trafficMetrics } from './metrics/traffic'
import type { Look, Metric } from './model'

/** Everything the guide watches, against its thresholds. */
export function judge(look: Look): Metric[] {
  return [
    ...serviceMetrics(look),
    ...alarmMetrics(look),
    ...trafficMetrics(look),
    ...databaseMetrics(look),
    ...redisMetrics(look),
    ...chatbotMetrics(look),
    ...costMetrics(look),
  ]
}

/** What nobody can say although it has a threshold, and so an action: never taken for well. */
export const blind = (metrics: Metric[]) =>
  metrics.filter(({ status, action }) => status === 'unknown' && action)
