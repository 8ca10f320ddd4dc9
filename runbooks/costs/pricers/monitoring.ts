import type { Pricer, UsagePricer } from '../charge.ts'
import { blocks, text } from '../values.ts'

/** An alarm is billed by the metrics it looks at; the expressions between them are free. */
export const alarm: Pricer = (resource) => {
  const queried = blocks(resource, 'metric_query').filter(
    ({ metric }) => Array.isArray(metric) && metric.length > 0,
  )
  const quantity = Math.max(1, queried.length)
  return [{ group: 'Monitoring', component: 'alarm metrics', quantity, price: 'cloudwatch.alarm' }]
}

export const compositeAlarm: Pricer = () => [
  { group: 'Monitoring', component: 'composite alarm', quantity: 1, price: 'cloudwatch.alarm.composite' },
]

export const dashboard: Pricer = () => [
  { group: 'Monitoring', component: 'dashboard', quantity: 1, price: 'cloudwatch.dashboard' },
]

/** Container Insights are custom metrics of the cluster; how many is use, as it depends on what runs there. */
export const cluster: Pricer = (resource, { usage }) => {
  const insights = blocks(resource, 'setting').find(({ name }) => name === 'containerInsights')?.value
  if (insights === 'enhanced') {
    return [
      {
        component: 'Container Insights',
        because: 'enhanced ones are billed by what each task and container reports',
      },
    ]
  }
  if (insights !== 'enabled') return []
  return [
    {
      group: 'Monitoring',
      component: 'Container Insights',
      quantity: usage.insightsMetrics,
      price: 'cloudwatch.metric',
      use: 'insightsMetrics',
    },
  ]
}

/** Target tracking is done with alarms of its own: one to scale out, one to scale in unless that is off. */
export const scalingPolicy: Pricer = (resource) => {
  if (text(resource, 'policy_type') !== 'TargetTrackingScaling') return []
  const tracking = blocks(resource, 'target_tracking_scaling_policy_configuration')[0]
  const quantity = tracking?.disable_scale_in === true ? 1 : 2
  return [{ group: 'Monitoring', component: 'alarms of its own', quantity, price: 'cloudwatch.alarm' }]
}

export const logUse: UsagePricer = {
  types: ['aws_cloudwatch_log_group'],
  charges: ({ usage }) => [
    {
      group: 'Logs',
      component: 'ingested',
      quantity: usage.logsIngestedGb,
      price: 'logs.ingested',
      use: 'logsIngestedGb',
    },
    {
      group: 'Logs',
      component: 'stored',
      quantity: usage.logsStoredGb,
      price: 'logs.stored',
      use: 'logsStoredGb',
    },
  ],
}
