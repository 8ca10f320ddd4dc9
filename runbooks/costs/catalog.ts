import type { Pricer, UsagePricer } from './charge.ts'
import { service } from './fargate/service.ts'
import { cacheCluster, replicationGroup } from './pricers/elasticache.ts'
import { modelTokens } from './pricers/model.ts'
import { alarm, cluster, compositeAlarm, dashboard, logUse, scalingPolicy } from './pricers/monitoring.ts'
import * as network from './pricers/network.ts'
import { database } from './pricers/rds.ts'
import * as simple from './pricers/simple.ts'

/** Who prices what stands, by Terraform's type. */
export const pricers: Readonly<Record<string, Pricer>> = {
  aws_appautoscaling_policy: scalingPolicy,
  aws_cloudwatch_composite_alarm: compositeAlarm,
  aws_cloudwatch_dashboard: dashboard,
  aws_cloudwatch_metric_alarm: alarm,
  aws_db_instance: database,
  aws_ecs_cluster: cluster,
  aws_ecs_service: service,
  aws_ecs_task_definition: modelTokens,
  aws_eip: network.elasticIp,
  aws_elasticache_cluster: cacheCluster,
  aws_elasticache_replication_group: replicationGroup,
  aws_kms_key: simple.key,
  aws_kms_replica_key: simple.key,
  aws_alb: network.loadBalancer,
  aws_lb: network.loadBalancer,
  aws_nat_gateway: network.natGateway,
  aws_route53_zone: simple.zone,
  aws_secretsmanager_secret: simple.secret,
  aws_vpc_endpoint: network.endpoint,
  aws_wafv2_rule_group: simple.ruleGroup,
  aws_wafv2_web_acl: simple.webAcl,
}

/** Who prices what is used. */
export const usagePricers: readonly UsagePricer[] = [
  network.loadBalancerUse,
  network.natUse,
  network.endpointUse,
  logUse,
  simple.imageUse,
  simple.bucketUse,
  simple.webAclUse,
  network.egress,
]
