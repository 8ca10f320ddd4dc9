import type { HealthCheck } from './model.ts'

/** As DescribeTargetHealth says it. A healthy target has no reason. */
export interface TargetHealth {
  State: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable'
  Reason?: string
  Description?: string
}

export const healthy: TargetHealth = { State: 'healthy' }

export const registering: TargetHealth = {
  State: 'initial',
  Reason: 'Elb.RegistrationInProgress',
  Description: 'Target registration is in progress',
}

export const initial: TargetHealth = {
  State: 'initial',
  Reason: 'Elb.InitialHealthChecking',
  Description: 'Initial health checks in progress',
}

export const draining: TargetHealth = {
  State: 'draining',
  Reason: 'Target.DeregistrationInProgress',
  Description: 'Target deregistration is in progress',
}

export const notRegistered: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
}

export const notInUse: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotInUse',
  Description: 'Target group is not configured to receive traffic from the load balancer',
}

export const unchecked: TargetHealth = {
  State: 'unavailable',
  Reason: 'Target.HealthCheckDisabled',
  Description: 'Health checks are disabled for this target group',
}

/** How one health check went. */
export type Outcome = { ok: true } | { ok: false; Reason: string; Description: string }

export const timedOut: Outcome = { ok: false, Reason: 'Target.Timeout', Description: 'Request timed out' }
export const failed: Outcome = {
  ok: false,
  Reason: 'Target.FailedHealthChecks',
  Description: 'Health checks failed',
}

/** The verdict on an answer's status code, by a matcher such as `200`, `200-399` or `200,301`. */
export function outcomeOf(status: number, matcher: string): Outcome {
  const accepted = matcher.split(',').some((range) => {
    const [from = '', to = from] = range.split('-')
    return status >= Number(from) && status <= Number(to)
  })
  if (accepted) return { ok: true }
  const Description = `Health checks failed with these codes: [${status}]`
  return { ok: false, Reason: 'Target.ResponseCodeMismatch', Description }
}

/** A target's health, and the run of equal outcomes that led to it. */
export interface Standing {
  health: TargetHealth
  successes: number
  failures: number
}

export const newcomer: Standing = { health: registering, successes: 0, failures: 0 }

/**
 * The standing after one more check. A new target is healthy with its first success; afterwards it takes
 * as many in a row as the thresholds say.
 */
export function afterCheck(
  { health, successes, failures }: Standing,
  outcome: Outcome,
  thresholds: Pick<HealthCheck, 'healthyThreshold' | 'unhealthyThreshold'>,
): Standing {
  if (outcome.ok) {
    const needed = health.State === 'initial' ? 1 : thresholds.healthyThreshold
    const reached = health.State === 'healthy' || successes + 1 >= needed
    return { health: reached ? healthy : health, successes: successes + 1, failures: 0 }
  }
  const unhealthy: TargetHealth = {
    State: 'unhealthy',
    Reason: outcome.Reason,
    Description: outcome.Description,
  }
  const reached = health.State === 'unhealthy' || failures + 1 >= thresholds.unhealthyThreshold
  return { health: reached ? unhealthy : health, successes: 0, failures: failures + 1 }
}
