import type { Service } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { findRevision } from '../aws/revisions'
import { findService } from '../aws/service'
import { container, type Stack } from '../aws/stack'
import { Failed, Refused } from '../core'
import { shutDown } from './progress'

/** What the service runs, in the words of the result's `from` and `to`. */
export type Standing = { taskDefinition: string; image: string; commit: string | null }

export type Before = { service: Service; standing: Standing } | undefined

/** What serves before this deploy; undefined on the first one. */
export async function whatRuns(aws: Aws, stack: Stack): Promise<Before> {
  const service = await findService(aws, stack)
  if (!service?.taskDefinition) return undefined
  return { service, standing: await standingOf(aws, service.taskDefinition) }
}

export async function standingOf(aws: Aws, taskDefinition: string): Promise<Standing> {
  const revision = await findRevision(aws, taskDefinition)
  const image = revision?.taskDefinition.containerDefinitions?.find(({ name }) => name === container)?.image
  const commit = revision?.tags.find(({ key }) => key === 'tria:commit')?.value
  return { taskDefinition, image: image ?? '', commit: commit ?? null }
}

/** At a desired count of 0 a deployment succeeds with nothing running: that would prove nothing. */
export function refuseShutDown(stack: Stack, before: Before): void {
  if (!before || (before.service.desiredCount ?? 0) > 0) return
  throw new Refused(`Deploy to ${stack.environment}: the service is shut down (desired count 0)`, {
    next: `bun runbooks/emergency-restore.ts --environment ${stack.environment}`,
  })
}

/** Looks again before what takes long or moves the service: a shutdown that came meanwhile wins. */
export async function stillUp(aws: Aws, stack: Stack, before: Before): Promise<void> {
  if (!before || (await findService(aws, stack))?.desiredCount !== 0) return
  throw new Failed(`Deploy to ${stack.environment}: ${shutDown}`, {
    next: `bun runbooks/emergency-restore.ts --environment ${stack.environment}`,
  })
}
