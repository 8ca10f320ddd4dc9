import type { Service } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { findService } from '../aws/service'
import type { Stack } from '../aws/stack'
import type { Book } from '../core'
import type { Wanted } from './values'

/**
 * Terraform leaves the count to autoscaling, and autoscaling takes an idle task away only when an alarm of its own asks
 * for it. A service that stands at the old count goes to the new one here; one that use has moved stays.
 */
export async function setCount(
  book: Book,
  aws: Aws,
  stack: Stack,
  wanted: Wanted,
  before: Service | undefined,
): Promise<void> {
  const value = wanted.get('ecs_service_desired_count')
  const count =
    typeof value === 'object' && value !== null && 'spelled' in value ? Number(value.spelled) : value
  if (typeof count !== 'number' || !Number.isInteger(count) || !before) return
  const { cluster, service } = stack
  const command = (desired: number | undefined) =>
    `aws ecs update-service --cluster ${cluster} --service ${service} --desired-count ${desired} --region ${book.region}`
  await book.change({
    title: 'Set the number of tasks',
    effect: `${service} runs ${count} ${count === 1 ? 'task' : 'tasks'}`,
    equivalent: command(count),
    undo: command(before.desiredCount),
    already: async () => {
      const now = (await findService(aws, stack))?.desiredCount
      if (now === count) return { why: `${count} wanted` }
      return now === 0 ? { why: 'it is shut down' } : false
    },
    run: async () => {
      const ecs = await aws.ecs()
      await ecs.updateService({ cluster, service, desiredCount: count })
    },
  })
}
