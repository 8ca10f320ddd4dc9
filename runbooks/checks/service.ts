import type { Service, Task } from '@aws-sdk/client-ecs'
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2'
import { hasDigest } from '../aws/images'
import { targetHealth } from '../aws/loadbalancer'
import { findRevision } from '../aws/revisions'
import { findService } from '../aws/service'
import { container } from '../aws/stack'
import { runningTasks } from '../aws/tasks'
import { digestIn, imageIn } from '../deployment/revision'
import { type Check, failed, ok, type Verdict } from './check'

const steady: Check = {
  id: 'service',
  title: 'The service runs what it should, and nothing is moving',
  async run({ aws, stack }) {
    return judgeService(stack.service, await findService(aws, stack))
  },
}

export function judgeService(name: string, service: Service | undefined): Verdict {
  if (!service) return failed(`${name} does not exist`)
  const { runningCount = 0, desiredCount = 0, pendingCount = 0, status, deployments = [] } = service
  const evidence = `["${name}", "${status}", ${runningCount}, ${desiredCount}], ${pendingCount} pending, ${deployments.length} deployment(s)`
  const moving = deployments.length !== 1 || deployments[0]?.rolloutState !== 'COMPLETED'
  return status === 'ACTIVE' && desiredCount > 0 && runningCount === desiredCount && !moving
    ? ok(evidence)
    : failed(evidence)
}

const targets: Check = {
  id: 'targets',
  title: 'Every task is a healthy target',
  async run({ aws, stack }) {
    const [service, health] = await Promise.all([findService(aws, stack), targetHealth(aws, stack)])
    return judgeTargets(service?.desiredCount ?? 0, health)
  },
}

/** Draining targets are of tasks that are on their way out; they say nothing about those that serve. */
export function judgeTargets(desired: number, health: TargetHealthDescription[]): Verdict {
  const serving = health.filter(({ TargetHealth }) => TargetHealth?.State !== 'draining')
  const healthy = serving.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy')
  const sick = serving.filter((one) => !healthy.includes(one))
  const evidence = [
    `${healthy.length} of ${desired} healthy`,
    ...sick.map(
      ({ Target, TargetHealth }) => `${Target?.Id} ${TargetHealth?.State} (${TargetHealth?.Reason})`,
    ),
  ].join(', ')
  return healthy.length >= desired && desired > 0 && sick.length === 0 ? ok(evidence) : failed(evidence)
}

const image: Check = {
  id: 'image',
  title: 'All tasks run the image of the revision, by digest',
  async run({ aws, stack }) {
    const service = await findService(aws, stack)
    const revision = service?.taskDefinition ? await findRevision(aws, service.taskDefinition) : undefined
    const wanted = digestIn(imageIn(revision?.taskDefinition))
    if (!wanted)
      return failed(`the revision's image is not given by digest: ${imageIn(revision?.taskDefinition)}`)
    const [tasks, kept] = await Promise.all([runningTasks(aws, stack), hasDigest(aws, stack, wanted)])
    return judgeImages(wanted, kept, tasks)
  },
}

export function judgeImages(wanted: string, kept: boolean, tasks: Task[]): Verdict {
  if (!kept) return failed(`${wanted} is no longer in the registry: no new task could start`)
  if (tasks.length === 0) return failed('no task runs')
  const other = tasks
    .map((task) => task.containers?.find(({ name }) => name === container)?.imageDigest)
    .filter((digest) => digest !== wanted)
  return other.length === 0
    ? ok(`${tasks.length} task(s) run ${wanted.slice(0, 19)}`)
    : failed(`${other.length} of ${tasks.length} tasks run another image: ${other[0]}`)
}

export const serviceChecks: Check[] = [steady, targets, image]
