/** How a task of a deployment came to its end, as the circuit breaker sees it. */
export interface Ending {
  /** It was asked to stop by scaling, by a newer deployment or by a user. */
  asked: boolean
  reachedRunning: boolean
  /** It was healthy at least once, by every check it has. */
  wasHealthy: boolean
  /** Replaced because the load balancer or its container health check gave it up. */
  failedChecks: boolean
}

export interface BreakerSettings {
  resetOnHealthyTask?: boolean | undefined
  thresholdConfiguration?: { type?: string | undefined; value?: number | undefined } | undefined
}

/** Half the desired count, at least 3 and at most 200. */
export function threshold(desired: number, settings: BreakerSettings = {}): number {
  const { type = 'BOUNDED_PERCENT', value = 50 } = settings.thresholdConfiguration ?? {}
  if (type === 'COUNT') return value
  const share = Math.ceil((desired * value) / 100)
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share))
}

/**
 * A task that never ran, that failed its checks, or that died before it was ever healthy. One that served and
 * then died is replaced without being counted.
 */
export function countsAsFailure(ending: Ending): boolean {
  if (ending.failedChecks) return true
  if (ending.asked) return false
  return !ending.reachedRunning || !ending.wasHealthy
}

/** How long to wait before the next try after this many failures in a row. */
export function pauseAfter(failures: number, first: number, atMost: number): number {
  return failures === 0 ? 0 : Math.min(atMost, first * 2 ** (failures - 1))
}
