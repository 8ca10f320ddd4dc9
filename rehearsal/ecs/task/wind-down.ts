import { rmSync } from 'node:fs'
import type { Task } from '@aws-sdk/client-ecs'
import type { Ground } from '../ground.ts'
import type { Eni } from '../ports.ts'
import type { LiveTask } from './live.ts'
import { homeOf } from './prepare.ts'
import type { TargetsOf } from './targets.ts'

interface Means {
  enter(phase: NonNullable<Task['lastStatus']>): void
  targets: TargetsOf
}

/** From the first reason to stop to STOPPED: out of the load balancer, then the processes, then the network. */
export async function windDown(task: LiveTask, ground: Ground, { enter, targets }: Means): Promise<void> {
  const { view } = task
  if (targets.any) {
    enter('DEACTIVATING')
    await targets.leave()
  }
  enter('STOPPING')
  for (const agent of view.containers!.flatMap((it) => it.managedAgents ?? [])) agent.lastStatus = 'STOPPED'
  await Promise.all(task.containers.map((it) => it.end()))
  await Promise.all(task.prepared.map((it) => it.logs.close()))
  view.executionStoppedAt = new Date()
  enter('DEPROVISIONING')
  // With the rehearsal go its network and moto: there is nothing to give back to.
  const goingDown = ground.world.stopping.aborted
  if (task.eni && !goingDown) await giveBack(task.eni, ground)
  for (const attachment of view.attachments ?? []) attachment.status = 'DELETED'
  if (!goingDown) await Bun.sleep(ground.durations.deprovisioning)
  rmSync(homeOf(ground, task.id), { recursive: true, force: true })
  for (const container of view.containers!) {
    container.lastStatus = 'STOPPED'
    if (container.exitCode === undefined && task.cause?.code === 'TaskFailedToStart')
      container.reason = task.cause.reason
  }
  view.stoppedAt = new Date()
  view.connectivity = undefined
  enter('STOPPED')
}

async function giveBack(eni: Eni, ground: Ground): Promise<void> {
  try {
    await ground.network.detach(eni)
  } catch (error) {
    ground.world.log('ecs', `interface ${eni.id} could not be given back: ${error}`)
  }
}
