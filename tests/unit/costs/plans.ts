import type { TerraformPlanJson } from '../../../runbooks/costs/plan.ts'

type Values = Record<string, unknown>

/** A resource of a hand-made plan: `['aws_eip.nat[0]', values]`. */
export type Planned = readonly [address: string, values: Values]

/** A plan that makes these resources in us-east-1, and in which what stands is `prior`. */
export function planOf(resources: readonly Planned[], prior: readonly Planned[] = []): TerraformPlanJson {
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: valuesOf(resources),
    prior_state: { format_version: '1.0', values: valuesOf(prior) },
    resource_changes: [],
    configuration: {
      provider_config: { aws: { name: 'aws', expressions: { region: { constant_value: 'us-east-1' } } } },
    },
  }
}

function valuesOf(resources: readonly Planned[]) {
  return {
    root_module: {
      resources: resources.map(([address, values]) => {
        const [type = '', name = ''] = address.split('.')
        return { address, mode: 'managed', type, name: name.replace(/\[.*/, ''), values }
      }),
    },
  }
}

/** The staging environment that the original guide describes and prices. */
export const guideStack: readonly Planned[] = [
  ['aws_ecs_cluster.main', { name: 'tria-aibpo-staging-cluster' }],
  ['aws_ecs_task_definition.app', { family: 'tria-aibpo-staging-task', cpu: '512', memory: '1024' }],
  [
    'aws_ecs_service.app',
    {
      name: 'tria-aibpo-staging-service',
      launch_type: 'FARGATE',
      desired_count: 2,
      task_definition: 'arn:aws:ecs:us-east-1:123456789012:task-definition/tria-aibpo-staging-task:1',
    },
  ],
  [
    'aws_db_instance.main',
    {
      engine: 'postgres',
      instance_class: 'db.t4g.micro',
      allocated_storage: 20,
      storage_type: 'gp3',
      multi_az: false,
    },
  ],
  [
    'aws_elasticache_replication_group.main',
    { engine: 'redis', node_type: 'cache.t4g.micro', num_cache_clusters: 1 },
  ],
  ['aws_lb.main', { load_balancer_type: 'application', internal: false, subnets: ['subnet-1', 'subnet-2'] }],
  ['aws_cloudwatch_log_group.app', { name: '/ecs/tria-aibpo-staging', retention_in_days: 7 }],
  ['aws_ecr_repository.app', { name: 'tria-aibpo-staging' }],
  ['aws_nat_gateway.main[0]', { allocation_id: 'eipalloc-0' }],
  ['aws_nat_gateway.main[1]', { allocation_id: 'eipalloc-1' }],
  ['aws_eip.nat[0]', { id: 'eipalloc-0' }],
  ['aws_eip.nat[1]', { id: 'eipalloc-1' }],
  ['aws_secretsmanager_secret.database', { name: 'tria-aibpo-staging/database' }],
  ['aws_secretsmanager_secret.openai', { name: 'tria-aibpo-staging/openai' }],
  ['aws_secretsmanager_secret.secret_key', { name: 'tria-aibpo-staging/secret-key' }],
  ['aws_kms_key.main', { enable_key_rotation: true }],
]
