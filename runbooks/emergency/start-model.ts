import type { Aws } from '../aws/clients'
import { type Book, Failed } from '../core'
import { setCount } from './act'
import type { Front } from './balancer'
import { look } from './look'
import { tagKeys } from './memory'
import { findSwitch, switchModel } from './model'
import type { Place } from './place'
import { untilServing } from './wait'

/** Gives the chatbot its model back, in the way in which it was taken. */
export async function startModel(
  book: Book,
  aws: Aws,
  place: Place,
  { how, front, timeoutMs }: { how: string | undefined; front: Front | undefined; timeoutMs: number },
): Promise<void> {
  if (!how) return
  const { service, standing } = await look(aws, place)
  const revision = /^revision=(.+)$/.exec(how)?.[1]
  if (revision) {
    const now = service.taskDefinition?.split('/').at(-1) ?? ''
    const count = standing.desired
    const since = new Date()
    const wish = {
      title: 'Run the revision with the model again',
      effect: `${place.stack.service} moves back to ${revision}, task by task`,
      undo: `${place.shutdown} --model-only`,
      count,
      revision,
    }
    await book.change(setCount(aws, place, wish, { desired: count, revision: now }))
    if (book.dryRun) return
    await book.read('Wait for its tasks', (step) =>
      untilServing(aws, place, { wanted: count, front, since }, step, timeoutMs),
    )
  }
  // Also after a revision: the switch may have been tried first, and what it said outlives the tasks.
  const at = await findSwitch(aws, front, revision ?? service.taskDefinition!)
  if (!at && revision) return
  if (!at) {
    throw new Failed(
      `Switch the model on: ${tagKeys.model} says it was switched off, but the service has no load balancer or no ADMIN_TOKEN to do it with`,
    )
  }
  await book.change(
    switchModel(aws, place, at, { on: true, replicas: Math.max(service.runningCount ?? 1, 1) }),
  )
}
