import { settingsOf } from '../settings.ts'
import { type Effect, edit } from './change.ts'

/** What is logged, watched and kept. */
export const operations: Effect = ({ resources, usage }, variables) => {
  const { log_retention_days: days, container_insights: insights, dashboard_enabled: dashboard } = variables
  const now = settingsOf(resources)
  const kept = resources.filter(({ base }) => dashboard !== false || base !== 'aws_cloudwatch_dashboard.main')
  const logged = edit(kept, ['aws_cloudwatch_log_group'], () => ({
    ...(days !== undefined && { retention_in_days: days }),
  }))
  const watched = edit(logged, ['aws_ecs_cluster'], () => ({
    ...(insights !== undefined && { setting: [{ name: 'containerInsights', value: insights }] }),
  }))
  // What is kept goes with the days, once it has been written for as long.
  const share =
    typeof days === 'number' && now.retention !== undefined && now.retention > 0
      ? Math.min(1, days / now.retention)
      : 1
  return { resources: watched, usage: { ...usage, logsStoredGb: usage.logsStoredGb * share } }
}
