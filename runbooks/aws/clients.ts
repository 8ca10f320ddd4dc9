import type { ACM } from '@aws-sdk/client-acm'
import type { ApplicationAutoScaling } from '@aws-sdk/client-application-auto-scaling'
import type { CloudWatch } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import type { CostExplorer } from '@aws-sdk/client-cost-explorer'
import type { EC2 } from '@aws-sdk/client-ec2'
import type { ECR } from '@aws-sdk/client-ecr'
import type { ECS } from '@aws-sdk/client-ecs'
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { ElastiCache } from '@aws-sdk/client-elasticache'
import type { IAM } from '@aws-sdk/client-iam'
import type { Pricing } from '@aws-sdk/client-pricing'
import type { RDS } from '@aws-sdk/client-rds'
import type { S3 } from '@aws-sdk/client-s3'
import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { ServiceQuotas } from '@aws-sdk/client-service-quotas'
import type { SNS } from '@aws-sdk/client-sns'
import type { WAFV2 } from '@aws-sdk/client-wafv2'
import { awsPatience } from '../core'

/** The SDK clients a runbook may use; each is loaded by the first step that asks for it. */
export interface Aws {
  acm(): Promise<ACM>
  autoscaling(): Promise<ApplicationAutoScaling>
  cloudwatch(): Promise<CloudWatch>
  costExplorer(): Promise<CostExplorer>
  ec2(): Promise<EC2>
  ecr(): Promise<ECR>
  ecs(): Promise<ECS>
  elasticache(): Promise<ElastiCache>
  elb(): Promise<ElasticLoadBalancingV2>
  iam(): Promise<IAM>
  logs(): Promise<CloudWatchLogs>
  pricing(): Promise<Pricing>
  quotas(): Promise<ServiceQuotas>
  rds(): Promise<RDS>
  s3(): Promise<S3>
  secrets(): Promise<SecretsManager>
  sns(): Promise<SNS>
  waf(): Promise<WAFV2>
}

/** Who calls, and where. What is not said is found as the SDK finds it: in the environment, the profile, the role. */
export interface Caller {
  region: string
  /** A name in the user's AWS configuration. */
  profile?: string | undefined
  endpoint?: string
  credentials?: { accessKeyId: string; secretAccessKey: string }
}

/** Clients of one account and region. */
export function awsOf({ region, profile, endpoint, credentials }: Caller): Aws {
  const config = {
    region,
    maxAttempts: 5,
    requestHandler: awsPatience,
    ...(profile ? { profile } : {}),
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
  }
  // Prices and bills are asked for in one region, whatever the region they are of.
  const billing = { ...config, region: 'us-east-1' }
  return {
    acm: once(async () => new (await import('@aws-sdk/client-acm')).ACM(config)),
    autoscaling: once(
      async () =>
        new (await import('@aws-sdk/client-application-auto-scaling')).ApplicationAutoScaling(config),
    ),
    cloudwatch: once(async () => new (await import('@aws-sdk/client-cloudwatch')).CloudWatch(config)),
    costExplorer: once(async () => new (await import('@aws-sdk/client-cost-explorer')).CostExplorer(billing)),
    ec2: once(async () => new (await import('@aws-sdk/client-ec2')).EC2(config)),
    ecr: once(async () => new (await import('@aws-sdk/client-ecr')).ECR(config)),
    ecs: once(async () => new (await import('@aws-sdk/client-ecs')).ECS(config)),
    elasticache: once(async () => new (await import('@aws-sdk/client-elasticache')).ElastiCache(config)),
    elb: once(
      async () =>
        new (await import('@aws-sdk/client-elastic-load-balancing-v2')).ElasticLoadBalancingV2(config),
    ),
    iam: once(async () => new (await import('@aws-sdk/client-iam')).IAM(config)),
    logs: once(async () => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs(config)),
    pricing: once(async () => new (await import('@aws-sdk/client-pricing')).Pricing(billing)),
    quotas: once(async () => new (await import('@aws-sdk/client-service-quotas')).ServiceQuotas(config)),
    rds: once(async () => new (await import('@aws-sdk/client-rds')).RDS(config)),
    s3: once(async () => new (await import('@aws-sdk/client-s3')).S3(config)),
    secrets: once(async () => new (await import('@aws-sdk/client-secrets-manager')).SecretsManager(config)),
    sns: once(async () => new (await import('@aws-sdk/client-sns')).SNS(config)),
    waf: once(async () => new (await import('@aws-sdk/client-wafv2')).WAFV2(config)),
  }
}

let loaded: Promise<unknown> = Promise.resolve()

/**
 * Made when it is first asked for. Loading a client takes the processor for as long as a call takes: one follows the other
 * with a turn of the loop between, in which the first sends what it was loaded for.
 */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    if (!made) {
      made = loaded.then(make)
      loaded = made.then(turn, turn)
    }
    return made
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
