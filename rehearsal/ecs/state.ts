import { createCapacity } from './capacity.ts'
import type { Ground } from './ground.ts'
import { lastPart } from './ids.ts'
import type { ServiceRecord } from './service/record.ts'
import { say } from './service/say.ts'
import { countEnding, look } from './service/scheduler.ts'
import { type LiveTask, launch } from './task/live.ts'
import type { TaskPlan } from './task/plan.ts'
import { eventWords } from './words/events.ts'

export interface Protection {
  until: number
}

export type State = ReturnType<typeof createState>

/** All services and tasks there are, and the loop that leads the services where they should be. */
export function createState(ground: Ground) {
  const services = new Map<string, ServiceRecord>()
  const tasks = new Map<string, LiveTask>()
  const protections = new Map<string, Protection>()
  const busy = new Map<ServiceRecord, { again: boolean }>()
  const lastLook = new Map<ServiceRecord, number>()
  const counted = new WeakSet<LiveTask>()
  const { durations } = ground
  const capacity = createCapacity(tasks, ground)

  function start(plan: TaskPlan): LiveTask {
    const ownerOf = () =>
      services.get(ground.arns.service(plan.cluster.name, lastPart(plan.group.replace(':', '/'))))
    const service = plan.group.startsWith('service:') ? ownerOf() : undefined
    const task = launch(plan, ground, {
      changed(it) {
        if (!service) return
        if (it.cause && !counted.has(it)) {
          counted.add(it)
          countEnding(service, it, ground)
        }
        wake(service)
      },
      registered: (_, group) => service && say(service, eventWords.registered(service.name, 1, group)),
      deregistered(_, group) {
        if (!service) return
        say(service, eventWords.deregistered(service.name, 1, group))
        say(service, eventWords.draining(service.name, plan.startedBy!, 1))
      },
    })
    tasks.set(task.id, task)
    void task.ended.then(() => {
      service?.tasks.delete(task)
      protections.delete(task.id)
      if (service) wake(service)
      setTimeout(() => tasks.delete(task.id), durations.stoppedTaskVisible).unref?.()
    })
    return task
  }

  const isProtected = (task: LiveTask) => (protections.get(task.id)?.until ?? 0) > Date.now()

  /** Looks at a service now; a call during a look makes it look once more. */
  function wake(service: ServiceRecord): void {
    const running = busy.get(service)
    if (running) {
      running.again = true
      return
    }
    if (ground.world.stopping.aborted) return
    const turn = { again: false }
    busy.set(service, turn)
    lastLook.set(service, Date.now())
    queueMicrotask(async () => {
      try {
        await look(service, { ground, launch: start, isProtected, refusal: capacity.refusal })
      } catch (error) {
        ground.world.log('ecs', `service ${service.name}: ${error instanceof Error ? error.stack : error}`)
      }
      busy.delete(service)
      if (turn.again) wake(service)
    })
  }

  const timer = setInterval(() => {
    for (const service of services.values()) {
      if (service.status === 'INACTIVE') {
        if (Date.now() - service.deletedAt! > durations.stoppedTaskVisible) services.delete(service.arn)
        continue
      }
      const every = service.steady ? durations.lookWhenSteady : durations.lookWhileMoving
      if (Date.now() - (lastLook.get(service) ?? 0) >= every) wake(service)
    }
  }, durations.lookWhileMoving)
  ground.targets.onChange(() => {
    for (const service of services.values()) if (service.status !== 'INACTIVE') wake(service)
  })

  return {
    services,
    tasks,
    protections,
    capacity,
    start,
    wake,
    /** Ends every task; none outlives the rehearsal. */
    async stop(): Promise<void> {
      clearInterval(timer)
      const living = [...tasks.values()].filter((task) => task.view.lastStatus !== 'STOPPED')
      for (const task of living)
        task.stop({ code: 'ServiceSchedulerInitiated', reason: 'The rehearsal goes down' })
      await Promise.all(living.map((task) => task.ended))
    },
  }
}
