import type { World } from '../../world'
import type { Handlers } from '../call'
import { applicationAutoscaling } from './application-autoscaling'
import { budgets } from './budgets'
import { elasticache } from './elasticache'
import { rds } from './rds'
import { serviceQuotas } from './service-quotas'

/** What moto lacks or answers otherwise than AWS, one file a service. */
export function gapHandlers(world: World): Handlers[] {
  return [applicationAutoscaling(), budgets(world), elasticache(world), rds(world), serviceQuotas(world)]
}
