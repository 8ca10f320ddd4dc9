import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Ground } from '../ground.ts'
import { reasonWords } from '../words/reasons.ts'
import { type Running, startContainer } from './container.ts'
import { Halted } from './failure.ts'
import { type HealthStatus, watchHealth } from './health-check.ts'
import type { LiveTask } from './live.ts'
import type { Prepared } from './prepare.ts'

/** Starts the containers, each once those it depends on are where it wants them. */
export async function startAll(task: LiveTask, ground: Ground, changed: () => void): Promise<void> {
  const moments = new Map(task.prepared.map((it) => [it.definition.name!, momentsOf()]))
  await Promise.all(
    task.prepared.map(async (it) => {
      await Promise.all((it.definition.dependsOn ?? []).map((one) => arrived(moments, one)))
      if (task.cause) throw new Halted()
      start(task, it, ground, moments.get(it.definition.name!)!, changed)
    }),
  )
}

/** What others may wait for in a container's life; the names are ECS's conditions. */
function momentsOf() {
  return {
    START: Promise.withResolvers<void>(),
    HEALTHY: Promise.withResolvers<void>(),
    COMPLETE: Promise.withResolvers<void>(),
    SUCCESS: Promise.withResolvers<void>(),
  }
}

type Moments = ReturnType<typeof momentsOf>
type Dependency = NonNullable<ContainerDefinition['dependsOn']>[number]

const arrived = (moments: Map<string, Moments>, { containerName, condition }: Dependency) =>
  moments.get(containerName!)?.[condition ?? 'START'].promise

function start(task: LiveTask, it: Prepared, ground: Ground, moments: Moments, changed: () => void): void {
  const name = it.definition.name!
  const view = task.view.containers!.find((one) => one.name === name)!
  view.imageDigest = it.image.digest
  if (task.plan.enableExecuteCommand)
    view.managedAgents = [{ name: 'ExecuteCommandAgent', lastStatus: 'RUNNING', lastStartedAt: new Date() }]
  const { dir, stopping } = ground.world
  const running = startContainer({
    definition: it.definition,
    view,
    command: it.command,
    env: it.env,
    logs: it.logs,
    memoryLimit: Math.min(mebibytes(view.memory), mebibytes(task.view.memory)),
    usage: ground.usage,
    place: { dir, name: `task ${task.id} ${name}` },
    goingDown: { signal: stopping, grace: ground.durations.goingDown },
  })
  task.containers.push(running)
  moments.START.resolve()
  const where = { command: it.command, env: it.env, root: it.image.root, preload: it.preload }
  const stopWatching = watchHealth(it.definition.healthCheck, where, ground.durations, (status) => {
    view.healthStatus = status
    task.health.container = worst(task, running, status)
    task.view.healthStatus = task.health.container
    if (status === 'HEALTHY') moments.HEALTHY.resolve()
    changed()
  })
  void running.exited.then(() => {
    stopWatching()
    moments.COMPLETE.resolve()
    if (view.exitCode === 0) moments.SUCCESS.resolve()
    if (it.definition.essential !== false)
      task.stop({ code: 'EssentialContainerExited', reason: reasonWords.exited })
    changed()
  })
}

const mebibytes = (text: string | undefined) => (text ? Number(text) * 1_048_576 : Number.POSITIVE_INFINITY)

/** A task is as healthy as the unhealthiest of its essential containers that have a check. */
function worst(task: LiveTask, changing: Running, status: HealthStatus): HealthStatus {
  const all = task.containers
    .filter((it) => it.definition.healthCheck && it.definition.essential !== false)
    .map((it) => (it === changing ? status : (it.view.healthStatus as HealthStatus)))
  if (all.includes('UNHEALTHY')) return 'UNHEALTHY'
  return all.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY'
}
