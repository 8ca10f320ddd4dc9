import { waitUntilTasksStopped } from '@aws-sdk/client-ecs'
import { ServiceQuotas } from '@aws-sdk/client-service-quotas'
import type { Trouble } from '../../rehearsal/small-trouble'
import { type Drill, eventually, variant } from './drill'
import { takenBack, tooFew } from './noticed'

/** Somebody else's tasks, which take all of the account's vCPUs but so many. */
async function crowd(trouble: Trouble, sizes: number[]): Promise<() => Promise<unknown>> {
  const { ecs, stack, service } = trouble.small
  const { cluster } = stack
  const { networkConfiguration } = await service()
  const running = sizes.map(async (cpu) => {
    const taskDefinition = await variant(trouble, (definition) => {
      Object.assign(definition, { family: 'somebody-else', cpu: String(cpu), memory: String(2 * cpu) })
      const [own] = definition.containerDefinitions!
      Object.assign(own!, { entryPoint: ['bun', '-e', 'setInterval(() => {}, 60_000)'], command: [] })
    })
    // What ends still takes its room.
    for (let tries = 0; tries < 100; tries++, await Bun.sleep(200)) {
      const { tasks } = await ecs.runTask({
        cluster,
        taskDefinition,
        networkConfiguration,
        launchType: 'FARGATE',
      })
      if (tasks?.[0]) return tasks[0].taskArn!
    }
    throw new Error(`There is no room for a task of ${cpu} units`)
  })
  const arns = await Promise.all(running)
  return async () => {
    await Promise.all(arns.map((task) => ecs.stopTask({ cluster, task })))
    await waitUntilTasksStopped({ client: ecs, maxWaitTime: 60, minDelay: 1 }, { cluster, tasks: arns })
  }
}

async function scale({ small }: Trouble, desiredCount: number): Promise<void> {
  const { cluster, service } = small.stack
  await small.ecs.updateService({ cluster, service, desiredCount })
}

/** The service's tasks on capacity of that kind, from now on. */
async function onto({ small }: Trouble, capacityProvider: 'FARGATE' | 'FARGATE_SPOT'): Promise<void> {
  const { cluster, service } = small.stack
  const capacityProviderStrategy = [{ capacityProvider, weight: 1 }]
  await small.ecs.updateService({ cluster, service, forceNewDeployment: true, capacityProviderStrategy })
  await small.settled()
  await small.healthy()
}

/** What the account may not have, and what AWS has none of. */
export const capacityDrills: Drill[] = [
  {
    name: "more tasks than the account's vCPUs are enough for",
    causes: ['quota-reached'],
    async play(trouble) {
      const leave = await crowd(trouble, [4096, 1024, 512])
      await scale(trouble, 3)
      return async () => {
        await leave()
        // Nothing else is to be done: there is room again.
        await trouble.small.healthy(3)
        await scale(trouble, 1)
        await trouble.small.settled()
      }
    },
    noticed: tooFew,
  },
  {
    name: "a deployment that the account's vCPUs leave no room for",
    causes: ['quota-reached'],
    async play(trouble) {
      const leave = await crowd(trouble, [4096, 1024, 512, 256])
      await trouble.move()
      await eventually(() => takenBack(trouble))
      await trouble.small.settled()
      return async () => {
        const ServiceCode = 'fargate'
        const QuotaCode = 'L-3032A538'
        const quotas = new ServiceQuotas(trouble.small.settings)
        await quotas.requestServiceQuotaIncrease({ ServiceCode, QuotaCode, DesiredValue: 12 })
        await trouble.back()
        await leave()
      }
    },
    noticed: takenBack,
  },
  {
    name: 'Spot capacity that AWS takes back',
    causes: ['capacity-gone'],
    async play(trouble) {
      await onto(trouble, 'FARGATE_SPOT')
      await trouble.workspace.capacity('FARGATE_SPOT', false)
      return async () => {
        await trouble.workspace.capacity('FARGATE_SPOT', true)
        await onto(trouble, 'FARGATE')
      }
    },
    noticed: tooFew,
  },
  {
    name: 'zones that have no Fargate capacity left',
    causes: ['capacity-gone'],
    async play(trouble) {
      await trouble.workspace.capacity('FARGATE', false)
      await scale(trouble, 3)
      return async () => {
        await trouble.workspace.capacity('FARGATE', true)
        await trouble.small.healthy(3)
        await scale(trouble, 1)
        await trouble.small.settled()
      }
    },
    noticed: tooFew,
  },
]
