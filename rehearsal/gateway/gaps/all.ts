import type { World } from '../../world'
import type { Handlers } from '../call'
import { applicationAutoscaling } from './application-autoscaling'
import { budgets } from './budgets'
import { cloudwatch } from './cloudwatch'
import { costExplorer } from './cost-explorer'
import { ec2 } from './ec2'
import { elasticache } from './elasticache'
import { logs } from './logs'
import { pricing } from './pricing'
import { rds } from './rds'
import { s3 } from './s3'
import { serviceQuotas } from './service-quotas'

/** What moto lacks or answers otherwise than AWS, one file a service. */
export function gapHandlers(world: World): Handlers[] {
  return [
    applicationAutoscaling(),
    budgets(world),
    cloudwatch(world),
    costExplorer(),
    ec2(world),
    elasticache(world),
    pricing(),
    logs(world),
    rds(world),
    s3(world),
    serviceQuotas(world),
  ]
}
