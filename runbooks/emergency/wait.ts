import { setTimeout as pause } from 'node:timers/promises'
import type { Service, Task } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import type { Door } from '../aws/door'
import { Failed, type Step } from '../core'
import { type Front, type Heard, knock } from './balancer'
import type { Place } from './place'

const everyMs = 1_000

async function serviceNow(aws: Aws, { stack }: Place): Promise<Service> {
  const ecs = await aws.ecs()
  const { services } = await ecs.describeServices({ cluster: stack.cluster, services: [stack.service] })
  const service = services?.[0]
  if (!service) throw new Failed(`${stack.service} is gone while it is waited for`)
  return service
}

/** Tasks that have not come to their end yet, whatever the service counts: it leaves out those that are stopping. */
async function unended(aws: Aws, { stack }: Place): Promise<Task[]> {
  const ecs = await aws.ecs()
  const { cluster, service: serviceName } = stack
  const lists = await Promise.all(
    (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
      ecs.listTasks({ cluster, serviceName, desiredStatus }),
    ),
  )
  const tasks = lists.flatMap(({ taskArns = [] }) => taskArns).slice(0, 100)
  if (tasks.length === 0) return []
  const described = await ecs.describeTasks({ cluster, tasks })
  return (described.tasks ?? []).filter(({ lastStatus }) => lastStatus !== 'STOPPED')
}

/** How the wait for nothing ended. `lifted`: something set the count above 0 meanwhile. */
export type Stopped = { lifted: number } | { lifted: 0; heard: Heard | undefined }

/** Until no task runs, and the address answers 503. */
export async function untilStopped(
  aws: Aws,
  place: Place,
  front: Front | undefined,
  step: Step,
  timeoutMs: number,
): Promise<Stopped> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const [service, tasks] = await Promise.all([serviceNow(aws, place), unended(aws, place)])
    if (service.desiredCount) return { lifted: service.desiredCount }
    const door = front?.door
    const heard = door && tasks.length === 0 ? await knock(door, step.signal) : undefined
    if (tasks.length === 0 && (!door || heard?.status === 503)) {
      step.line(heard ? `no task runs, and ${door?.address} answers 503` : 'no task runs')
      return { lifted: 0, heard }
    }
    const what =
      tasks.length > 0
        ? stateOf(tasks)
        : `no task runs; ${door?.address} answers ${heard?.status || 'nothing'}`
    if (Date.now() > deadline) {
      throw new Failed(`Wait for the end of the tasks: ${what}`, {
        next: `aws ecs list-tasks --cluster ${place.stack.cluster} --service-name ${place.stack.service} ${place.tail}   # then aws ecs stop-task --cluster ${place.stack.cluster} --task TASK`,
      })
    }
    step.waiting(what)
    await pause(everyMs, undefined, { signal: step.signal })
  }
}

function stateOf(tasks: Task[]): string {
  const counts = new Map<string, number>()
  for (const { lastStatus = '?' } of tasks) counts.set(lastStatus, (counts.get(lastStatus) ?? 0) + 1)
  return [...counts].map(([status, count]) => `${count} task(s) ${status}`).join(', ')
}

/** Until as many tasks run as are wanted, and as many targets are healthy. */
export async function untilServing(
  aws: Aws,
  place: Place,
  { wanted, front, since }: { wanted: number; front: Front | undefined; since: Date },
  step: Step,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  const shown = new Set<string>()
  for (;;) {
    const service = await serviceNow(aws, place)
    for (const { id = '', createdAt, message = '' } of [...(service.events ?? [])].reverse()) {
      if (shown.has(id) || (createdAt ?? since) < since) continue
      shown.add(id)
      step.line(message)
    }
    const healthy = front ? await healthyTargets(aws, front) : (service.runningCount ?? 0)
    const primary = service.deployments?.find(({ status }) => status === 'PRIMARY')
    const moving = (service.deployments?.length ?? 1) > 1 || primary?.rolloutState === 'IN_PROGRESS'
    const running = service.runningCount ?? 0
    if (service.desiredCount === 0 && wanted > 0) {
      throw new Failed(`Wait for the tasks: the service was shut down again meanwhile`, {
        next: place.restore,
      })
    }
    if (running >= wanted && healthy >= wanted && !moving) return
    const what = `${running} of ${wanted} running, ${healthy} healthy${moving ? ', the rollout is under way' : ''}`
    if (Date.now() > deadline) {
      throw new Failed(`Wait for healthy targets: ${what}`, {
        next: `aws ecs describe-services --cluster ${place.stack.cluster} --services ${place.stack.service} --query 'services[0].events[:10].message' ${place.tail}`,
      })
    }
    step.waiting(what)
    await pause(everyMs, undefined, { signal: step.signal })
  }
}

async function healthyTargets(aws: Aws, { targetGroup }: Front): Promise<number> {
  const elb = await aws.elb()
  const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({ TargetGroupArn: targetGroup })
  return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').length
}

/** Until the address answers so; a firewall's change takes AWS seconds to minutes to pass on. */
export async function untilAnswers(
  door: Door,
  status: number,
  step: Step,
  timeoutMs = 180_000,
): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; ) {
    const heard = await knock(door, step.signal)
    if (heard.status === status) return step.line(`${door.address} answers ${status}`)
    const what = `${door.address} answers ${heard.status || 'nothing'}`
    if (Date.now() > deadline)
      throw new Failed(`Wait for the address: ${what}`, { next: `${door.curl} -i ${door.address}/health` })
    step.waiting(what)
    await pause(everyMs, undefined, { signal: step.signal })
  }
}
