import { setTimeout as pause } from 'node:timers/promises'
import type { Deployment, ServiceEvent, Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { lastLines } from '../aws/logs'
import { findService, findServiceDeployment } from '../aws/service'
import type { Stack } from '../aws/stack'
import { stoppedTasksOf } from '../aws/tasks'
import type { Step } from '../core'
import { type Cause, causeOf } from './cause'
import { judge, type Progress } from './progress'

/** How a deployment ended, and what its own stopped tasks tell about it. */
export type Outcome = Omit<Progress, 'ended'> & {
  ended: NonNullable<Progress['ended']> | 'timeout'
  cause?: Cause
  record?: string
}

/**
 * Follows one deployment to its end: the service's new events are shown as they come, and what a failing task
 * said is read as soon as it stops, because a rollback removes it.
 */
export async function follow(
  aws: Aws,
  stack: Stack,
  deployment: Deployment,
  step: Step,
  options: { timeoutMinutes: number; everyMs?: number },
): Promise<Outcome> {
  const since = deployment.createdAt ?? new Date()
  const shown = new Set<string>()
  const evidence = new Evidence(aws, stack, deployment.id ?? '')
  const deadline = Date.now() + options.timeoutMinutes * 60_000
  for (;;) {
    const service = await findService(aws, stack)
    if (!service) return { ended: 'failed', text: 'the service is gone' }
    const record = await findServiceDeployment(aws, stack, deployment)
    for (const event of newEvents(service.events ?? [], since, shown)) step.line(event)
    await evidence.gather()
    const progress = judge(deployment.id ?? '', service, record)
    const arn = record?.serviceDeploymentArn ? { record: record.serviceDeploymentArn } : {}
    if (progress.ended) {
      await evidence.gather()
      return { ...progress, ended: progress.ended, ...evidence.cause(), ...arn }
    }
    if (Date.now() > deadline) {
      return { ...progress, ended: 'timeout', text: `still ${progress.text}`, ...evidence.cause(), ...arn }
    }
    step.waiting(progress.text)
    await pause(options.everyMs ?? 1_500, undefined, { signal: step.signal })
  }
}

function newEvents(events: ServiceEvent[], since: Date, shown: Set<string>): string[] {
  return events
    .filter((event) => event.id && !shown.has(event.id) && (event.createdAt ?? since) >= since)
    .reverse()
    .map((event) => {
      shown.add(event.id!)
      return event.message ?? ''
    })
}

/** What the deployment's stopped tasks were and printed, each read once. */
class Evidence {
  #tasks = new Map<string, Task>()
  #lines = new Map<string, string[]>()

  constructor(
    private readonly aws: Aws,
    private readonly stack: Stack,
    private readonly deploymentId: string,
  ) {}

  async gather(): Promise<void> {
    for (const task of await stoppedTasksOf(this.aws, this.stack, this.deploymentId)) {
      const arn = task.taskArn!
      this.#tasks.set(arn, task)
      const known = this.#lines.get(arn)
      if (known?.length || this.#lines.size > 5) continue
      this.#lines.set(arn, await lastLines(this.aws, task))
    }
  }

  cause(): { cause?: Cause } {
    const cause = causeOf([...this.#tasks.values()], (arn) => this.#lines.get(arn) ?? [])
    return cause ? { cause } : {}
  }
}
