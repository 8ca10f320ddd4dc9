import type { CapacityProviderStrategyItem } from '@aws-sdk/client-ecs'

/**
 * The capacity provider of the next task: the bases first, then whatever is furthest behind its weight.
 * `placed` counts the running tasks of each provider.
 */
export function nextProvider(
  strategy: CapacityProviderStrategyItem[],
  placed: Record<string, number>,
): string | undefined {
  const count = (name: string) => placed[name] ?? 0
  const short = strategy.find((item) => count(item.capacityProvider!) < (item.base ?? 0))
  if (short) return short.capacityProvider
  const weighted = strategy.filter((item) => (item.weight ?? 0) > 0)
  const behind = (item: CapacityProviderStrategyItem) =>
    (count(item.capacityProvider!) - (item.base ?? 0) + 1) / item.weight!
  return weighted.reduce<CapacityProviderStrategyItem | undefined>(
    (best, item) => (best && behind(best) <= behind(item) ? best : item),
    undefined,
  )?.capacityProvider
}
