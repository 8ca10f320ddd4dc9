import { quotaOf, vcpuQuotas } from '../quotas.ts'
import type { Ground } from './ground.ts'
import { refusalOf } from './judge/placement.ts'
import type { LiveTask } from './task/live.ts'
import type { TaskPlan } from './task/plan.ts'
import { reasonWords } from './words/reasons.ts'

type Provider = keyof typeof vcpuQuotas
const providerOf = ({ capacityProviderName }: TaskPlan): Provider =>
  capacityProviderName === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE'
const vcpus = (units: string | undefined) => Number(units ?? 0) / 1_024

/** What the account may still run, and what AWS has left to run it on. */
export function createCapacity(tasks: Map<string, LiveTask>, { world }: Ground) {
  const lacking = new Set<Provider>()
  return {
    /** Why AWS would not place a task now; undefined where it would. */
    refusal(plan: TaskPlan): string | undefined {
      const provider = providerOf(plan)
      const living = [...tasks.values()].filter(
        (task) => task.view.lastStatus !== 'STOPPED' && providerOf(task.plan) === provider,
      )
      return refusalOf({
        lacking: lacking.has(provider),
        used: living.reduce((sum, { view }) => sum + vcpus(view.cpu), 0),
        wanted: vcpus(plan.overrides?.cpu ?? plan.definition.cpu),
        quota: quotaOf(world, vcpuQuotas[provider]),
      })
    },
    /** AWS has no more of it, or has some again. Spot tasks go when it is wanted elsewhere; others stay. */
    set({ provider, available }: { provider: Provider; available: boolean }): { lacking: Provider[] } {
      if (available) lacking.delete(provider)
      else lacking.add(provider)
      if (provider === 'FARGATE_SPOT' && !available)
        for (const task of tasks.values())
          if (providerOf(task.plan) === provider)
            task.stop({ code: 'SpotInterruption', reason: reasonWords.spot })
      return { lacking: [...lacking] }
    },
  }
}
