import type {
  ScalableTarget,
  ScalingActivity,
  ScalingPolicy,
  ScheduledAction,
} from '@aws-sdk/client-application-auto-scaling'

/** What Application Auto Scaling keeps of one service. */
export interface Scaling {
  target: ScalableTarget
  tags: Record<string, string>
  policies: Map<string, ScalingPolicy>
  actions: Map<string, ScheduledAction>
  /** Newest first. */
  activities: ScalingActivity[]
}

export type Scalings = Map<string, Scaling>

export const dimension = 'ecs:service:DesiredCount'

/** `service/CLUSTER/NAME`. */
export function serviceOf(resourceId: string): { cluster: string; name: string } | undefined {
  const [, cluster, name] = /^service\/([^/]+)\/([^/]+)$/.exec(resourceId) ?? []
  return cluster && name ? { cluster, name } : undefined
}
