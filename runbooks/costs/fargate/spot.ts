/** One line of a capacity provider strategy. */
export interface CapacityProvider {
  capacity_provider?: unknown
  base?: unknown
  weight?: unknown
}

/**
 * How many of the tasks run on Spot: the bases first, then the rest by weight. ECS rounds to whole tasks, but
 * autoscaling moves the count, so over a month the weights are what is billed.
 */
export function tasksOnSpot(tasks: number, strategy: readonly CapacityProvider[]): number {
  let left = tasks
  let spot = 0
  for (const provider of strategy) {
    const based = Math.min(left, Number(provider.base ?? 0))
    left -= based
    if (provider.capacity_provider === 'FARGATE_SPOT') spot += based
  }
  const weights = strategy.reduce((sum, { weight }) => sum + Number(weight ?? 0), 0)
  for (const provider of strategy) {
    if (provider.capacity_provider === 'FARGATE_SPOT' && weights > 0) {
      spot += (left * Number(provider.weight ?? 0)) / weights
    }
  }
  return spot
}
