import type { World } from '../../world'
import type { Handlers } from '../call'
import { alarms } from './cloudwatch/alarms'
import { metricHandlers } from './cloudwatch/metrics'
import { type MetricStore, metricStore } from './cloudwatch/points'

/** CloudWatch: metrics with percentiles and math, and alarms that follow them. Dashboards are moto's. */
export function cloudwatch(world: World): Handlers {
  const stores = new Map<string, MetricStore>()
  const storeOf = (region: string) => stores.get(region) ?? stores.set(region, metricStore()).get(region)!
  return { monitoring: { ...metricHandlers(storeOf), ...alarms(world, storeOf) } }
}
