import { setTimeout as pause } from 'node:timers/promises'
import type { Deployment, Service, ServiceDeployment, ServiceEvent } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { isPassing } from '../aws/passing'
import { findService, findServiceDeployment } from '../aws/service'
import type { Stack } from '../aws/stack'
import { taskId } from '../aws/tasks'
import type { Step } from '../core'
import { sentence } from '../core/explain/explain'
import type { Cause } from './cause'
import { Evidence } from './evidence'
import { judge, type Progress } from './progress'

/** How a deployment ended, and what its own stopped tasks tell about it. */
export type Outcome = Omit<Progress, 'ended'> & {
  ended: NonNullable<Progress['ended']> | 'timeout'
  cause?: Cause
  record?: string
}

/** A rollout goes on without its watcher: no answer from AWS for a while is no reason to give it up. */
const fiveMinutes = 5 * 60_000

/**
 * Follows one deployment to its end: the service's new events are shown as they come, and what a failing task
 * said is read, and told, as soon as it stops, because a rollback removes it.
 */
export async function follow(
  aws: Aws,
  stack: Stack,
  deployment: Deployment,
  step: Step,
  options: { timeoutMinutes: number; everyMs?: number; patienceMs?: number },
): Promise<Outcome> {
  const { timeoutMinutes, everyMs = 1_000, patienceMs = fiveMinutes } = options
  // One that was over before this run is no news, and neither is what the service said since.
  const since = deployment.rolloutState === 'COMPLETED' ? new Date() : (deployment.createdAt ?? new Date())
  const shown = new Set<string>()
  const evidence = new Evidence(aws, stack, deployment.id ?? '')
  const deadline = Date.now() + timeoutMinutes * 60_000
  let answered = Date.now()
  let named = false

  /** The service was looked at beside its record: where that says stopped, what stopped it may only be seen now. */
  async function judged(service: Service, record: ServiceDeployment | undefined): Promise<Progress> {
    const own = deployment.id ?? ''
    const progress = judge(own, service, record)
    if (progress.ended !== 'stopped') return progress
    await pause(everyMs, undefined, { signal: step.signal })
    const now = await findService(aws, stack)
    return now ? judge(own, now, record) : progress
  }

  async function look(): Promise<Outcome | Progress> {
    const [service, record] = await Promise.all([
      findService(aws, stack),
      findServiceDeployment(aws, stack, deployment),
      evidence.gather(),
    ])
    if (!service) return { ended: 'failed', text: 'the service is gone' }
    for (const event of newEvents(service.events ?? [], since, shown)) {
      step.line(event)
      evidence.hear(event)
    }
    const progress = await judged(service, record)
    if (progress.ended) await evidence.gather()
    const cause = evidence.cause()
    if (cause && !named) step.line(`Task ${taskId(cause.task)} has stopped. ${cause.sentence}`)
    named ||= cause !== undefined
    const arn = record?.serviceDeploymentArn
    return { ...progress, ...(cause && { cause }), ...(arn && { record: arn }) }
  }

  for (;;) {
    try {
      const seen = await look()
      answered = Date.now()
      if (hasEnded(seen)) return seen
      if (answered > deadline) return { ...seen, ended: 'timeout', text: `still ${seen.text}` }
      step.waiting(seen.text)
    } catch (error) {
      if (!isPassing(error) || Date.now() > answered + patienceMs) throw error
      step.waiting(`${sentence(error)}; trying again`)
    }
    await pause(everyMs, undefined, { signal: step.signal })
  }
}

const hasEnded = (seen: Outcome | Progress): seen is Outcome => seen.ended !== undefined

function newEvents(events: ServiceEvent[], since: Date, shown: Set<string>): string[] {
  return events
    .filter((event) => event.id && !shown.has(event.id) && (event.createdAt ?? since) >= since)
    .reverse()
    .map((event) => {
      shown.add(event.id!)
      return event.message ?? ''
    })
}
