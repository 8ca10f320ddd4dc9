/** A value of a Terraform variable. */
export type Value = string | number | boolean | null | string[]

/**
 * The switches of terraform/aws as the guide names them, in the combinations people set them: after an apply of
 * each, a second plan must be empty. `certificate` and `secret` say what has to exist in the account beforehand;
 * their ARNs go into `certificate_arn` and `secrets_arn`.
 */
export interface Combination {
  variables: Record<string, Value>
  needs?: ('certificate' | 'secret')[]
}

export const combinations: Record<string, Combination> = {
  'the guide: staging as it comes': { variables: {} },
  'guide 9.1 A: a single NAT gateway': { variables: { nat_gateway_mode: 'single' } },
  'guide 9.1 B: no NAT, tasks with public addresses': { variables: { nat_gateway_mode: 'none' } },
  'guide 9.1 B: no NAT, endpoints, a model inside the VPC': {
    variables: {
      nat_gateway_mode: 'none',
      interface_endpoints_enabled: true,
      openai_base_url: 'http://model.internal:8000/v1',
    },
  },
  'guide 9.2: Spot beyond one task on demand': {
    variables: { nat_gateway_mode: 'single', fargate_spot_enabled: true },
  },
  'guide 9.3: right-sized, on ARM': {
    variables: {
      nat_gateway_mode: 'single',
      ecs_task_cpu: 256,
      ecs_task_memory: 512,
      ecs_service_desired_count: 1,
      cpu_architecture: 'ARM64',
    },
  },
  'guide 9.4: nights on a schedule': {
    variables: { nat_gateway_mode: 'single', schedule_enabled: true, schedule_time_zone: 'Europe/Berlin' },
  },
  'guide 9.5: every saving at once': {
    variables: {
      nat_gateway_mode: 'none',
      fargate_spot_enabled: true,
      ecs_task_cpu: 256,
      ecs_task_memory: 512,
      ecs_service_desired_count: 1,
      schedule_enabled: true,
      redis_engine: 'valkey',
      monthly_budget_usd: null,
      log_retention_days: 7,
    },
  },
  'data stores with standbys, three zones': {
    variables: {
      nat_gateway_mode: 'single',
      availability_zone_count: 3,
      db_multi_az: true,
      db_instance_class: 'db.t4g.small',
      db_performance_insights_enabled: true,
      db_monitoring_interval: 60,
      redis_replicas: 1,
      redis_snapshot_retention_days: 3,
    },
  },
  'next steps: HTTPS under a name, firewall, e-mail, Slack': {
    variables: {
      nat_gateway_mode: 'single',
      domain_name: 'chat.example.com',
      waf_enabled: true,
      alarm_email: 'oncall@example.com',
      // The workspace that has let AWS's app in.
      slack_workspace_id: 'T0REHEARSAL',
      slack_channel_id: 'C0000ALARMS',
    },
    needs: ['certificate'],
  },
  'operations: Container Insights, no execute-command, access logs': {
    variables: {
      nat_gateway_mode: 'single',
      container_insights: 'enhanced',
      execute_command_enabled: false,
      alb_access_logs_enabled: true,
      openai_fallback_model: 'gpt-4o',
    },
  },
  'secrets that setup has written': { variables: { nat_gateway_mode: 'single' }, needs: ['secret'] },
  // The name stays: an environment has its own state, and Terraform refuses another one's.
  'next steps: what production switches on': {
    variables: {
      nat_gateway_mode: 'per_az',
      db_multi_az: true,
      db_final_snapshot: true,
      db_backup_retention_days: 7,
      db_performance_insights_enabled: true,
      db_monitoring_interval: 60,
      redis_replicas: 1,
      container_insights: 'enabled',
      alb_access_logs_enabled: true,
      domain_name: 'chat.example.com',
    },
    needs: ['certificate'],
  },
}
