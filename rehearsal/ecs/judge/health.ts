import type { TargetHealth } from '../ports.ts'

/** What is known about a running task's health. */
export interface Evidence {
  now: number
  runningSince: number
  /** Until then no check counts against it. */
  graceUntil: number
  container?: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' | undefined
  targets: { targetGroupArn: string; port: number; health: TargetHealth }[]
  healthyWithoutChecks: number
}

export type Verdict =
  | { health: 'healthy' | 'unknown' }
  | { health: 'unhealthy'; by: 'container' }
  | { health: 'unhealthy'; by: 'load balancer'; targetGroupArn: string; port: number; reason: string }

const failing = new Set(['unhealthy', 'unhealthy.draining'])

/** Every check a task has must be satisfied; one that fails after the grace period is enough to replace it. */
export function verdictOf(it: Evidence): Verdict {
  const inGrace = it.now < it.graceUntil
  if (it.container === 'UNHEALTHY')
    return inGrace ? { health: 'unknown' } : { health: 'unhealthy', by: 'container' }
  const bad = it.targets.find((target) => failing.has(target.health.State))
  if (bad)
    return inGrace
      ? { health: 'unknown' }
      : {
          health: 'unhealthy',
          by: 'load balancer',
          targetGroupArn: bad.targetGroupArn,
          port: bad.port,
          reason: bad.health.Description ?? bad.health.Reason ?? 'Health checks failed',
        }
  if (it.container === 'UNKNOWN') return { health: 'unknown' }
  // A target group that no listener uses checks nothing, and says nothing about the task.
  const checking = it.targets.filter((target) => !isUnchecked(target.health))
  if (checking.some((target) => target.health.State !== 'healthy')) return { health: 'unknown' }
  if (it.container === undefined && checking.length === 0)
    return { health: it.now - it.runningSince >= it.healthyWithoutChecks ? 'healthy' : 'unknown' }
  return { health: 'healthy' }
}

const isUnchecked = (health: TargetHealth) =>
  (health.State === 'unused' && health.Reason === 'Target.NotInUse') || health.State === 'unavailable'

export interface CheckSettings {
  retries: number
  startPeriod: number
}

/**
 * The state of a container's health check after one more result. Failures within the start period do not
 * count, until the first success ends it.
 */
export function afterCheck(
  before: { status: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY'; failures: number },
  passed: boolean,
  sinceStart: number,
  settings: CheckSettings,
): { status: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY'; failures: number } {
  if (passed) return { status: 'HEALTHY', failures: 0 }
  if (before.status === 'UNKNOWN' && sinceStart < settings.startPeriod) return before
  const failures = before.failures + 1
  return { status: failures >= settings.retries ? 'UNHEALTHY' : before.status, failures }
}
