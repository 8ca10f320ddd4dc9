import { stoppedTasksOf } from '../../aws/tasks'
import type { Ran } from './runs'
import type { Stage } from './stage'

/** When the first task of a run's deployment stopped. */
export async function firstStop({ aws, stack }: Stage, ran: Ran): Promise<Date> {
  const tasks = await stoppedTasksOf(aws, stack, ran.data.deployment ?? '')
  const moments = tasks.flatMap(({ stoppedAt }) => stoppedAt ?? []).sort((a, b) => a.getTime() - b.getTime())
  if (!moments[0])
    throw new Error(`Find the first task that stopped: deployment ${ran.data.deployment} has none`)
  return moments[0]
}
