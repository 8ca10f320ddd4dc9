import type { World } from '../../world'
import type { Handlers } from '../call'
import { alarms } from './cloudwatch/alarms'
import { embeddedIn } from './cloudwatch/embedded'
import { metricHandlers } from './cloudwatch/metrics'
import { type MetricStore, metricStore } from './cloudwatch/points'

/** CloudWatch: metrics with percentiles and math, those in log lines too, and alarms that follow them. Dashboards are moto's. */
export function cloudwatch(world: World): Handlers {
  const stores = new Map<string, MetricStore>()
  const storeOf = (region: string) => stores.get(region) ?? stores.set(region, metricStore()).get(region)!
  return {
    monitoring: { ...metricHandlers(storeOf), ...alarms(world, storeOf) },
    logs: {
      async PutLogEvents(call) {
        const answer = await call.answer()
        for (const { message = '' } of call.input.logEvents ?? []) {
          for (const { namespace, datum } of embeddedIn(message))
            storeOf(call.region).put(namespace, datum, Date.now() / 1000)
        }
        return answer
      },
    },
  }
}
