import { setTimeout as pause } from 'node:timers/promises'
import type { Aws } from '../aws/clients'
import { targetHealth } from '../aws/loadbalancer'
import { findService } from '../aws/service'
import type { Stack } from '../aws/stack'
import type { Book } from '../core'

const minutes = 60_000

/**
 * Waits until as many tasks run and are healthy as are wanted: new bounds start and end tasks with no deployment that
 * could be followed. What has not come by then is verification's to tell.
 */
export async function settle(book: Book, aws: Aws, stack: Stack, withinMs = 5 * minutes): Promise<void> {
  await book.read('As many tasks as are wanted', async (step) => {
    for (const deadline = Date.now() + withinMs; ; ) {
      const [service, targets] = await Promise.all([findService(aws, stack), targetHealth(aws, stack)])
      if (!service) return
      const { desiredCount = 0, runningCount = 0, deployments = [] } = service
      const healthy = targets.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length
      const what = `${runningCount} of ${desiredCount} running, ${healthy} healthy`
      const settled = runningCount === desiredCount && healthy >= desiredCount && deployments.length === 1
      if (settled || Date.now() > deadline) return step.line(what)
      step.waiting(what)
      await pause(1_000, undefined, { signal: step.signal })
    }
  })
}
