import type { Task, TaskStopCode } from '@aws-sdk/client-ecs'
import type { Ground } from '../ground.ts'
import { hexId } from '../ids.ts'
import type { Eni } from '../ports.ts'
import { reasonWords } from '../words/reasons.ts'
import type { Running } from './container.ts'
import { Halted, StartFailure } from './failure.ts'
import { newView, type TaskPlan } from './plan.ts'
import { type Prepared, prepare } from './prepare.ts'
import { startAll } from './start.ts'
import { createTargetsOf } from './targets.ts'
import { windDown } from './wind-down.ts'

/** Why a task stops. */
export interface StopCause {
  code: TaskStopCode
  reason: string
  /** Replaced because its checks failed: the circuit breaker counts it. */
  failedChecks?: boolean
}

/** What the owner of a task hears of its life. */
export interface Listener {
  changed(task: LiveTask): void
  registered(task: LiveTask, targetGroupArn: string): void
  deregistered(task: LiveTask, targetGroupArn: string): void
}

export interface LiveTask {
  readonly id: string
  readonly plan: TaskPlan
  readonly view: Task
  readonly containers: Running[]
  readonly prepared: Prepared[]
  /** When a container health check exists, its state. */
  readonly health: { container?: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' }
  /** Set by its owner: it was healthy at least once by every check. */
  wasHealthy: boolean
  readonly cause: StopCause | undefined
  /** The first cause stays. */
  stop(cause: StopCause): void
  /** Resolves when it is STOPPED. */
  readonly ended: Promise<void>
  eni?: Eni
}

/** Starts a task and leads it through its phases to the end. */
export function launch(plan: TaskPlan, ground: Ground, listener: Listener): LiveTask {
  const view = newView(plan, ground.arns)
  const halt = Promise.withResolvers<never>()
  // Nobody may be waiting for it at the moment; that is no error.
  halt.promise.catch(() => {})
  let cause: StopCause | undefined
  const changed = () => {
    view.version = (view.version ?? 0) + 1
    listener.changed(task)
  }
  const task: LiveTask = {
    id: plan.id,
    plan,
    view,
    containers: [],
    prepared: [],
    health: {},
    wasHealthy: false,
    get cause() {
      return cause
    },
    stop(why) {
      if (cause) return
      cause = why
      Object.assign(view, { desiredStatus: 'STOPPED', stoppingAt: new Date() })
      Object.assign(view, { stopCode: why.code, stoppedReason: why.reason })
      changed()
      halt.reject(new Halted())
    },
    ended: Promise.resolve(),
  }
  const targets = createTargetsOf(task, ground, listener)
  const enter = (phase: NonNullable<Task['lastStatus']>) => {
    view.lastStatus = phase
    changed()
  }
  const orHalt = <T>(work: Promise<T>) => Promise.race([work, halt.promise])

  async function live(): Promise<void> {
    // In PROVISIONING the network interface is made whatever happens, so that it can be given back.
    const eni = await provision(task, ground)
    await orHalt(Bun.sleep(ground.durations.provisioning))
    enter('PENDING')
    view.pullStartedAt = new Date()
    task.prepared.push(...(await orHalt(prepare(plan, eni, ground))))
    view.pullStoppedAt = new Date()
    await orHalt(startAll(task, ground, changed))
    enter('ACTIVATING')
    await orHalt(targets.register(eni))
    Object.assign(view, { startedAt: new Date(), connectivity: 'CONNECTED', connectivityAt: new Date() })
    enter('RUNNING')
    await halt.promise
  }

  async function whole(): Promise<void> {
    try {
      await live()
    } catch (error) {
      if (error instanceof StartFailure) task.stop({ code: 'TaskFailedToStart', reason: error.message })
      else if (!(error instanceof Halted)) {
        ground.world.log('ecs', `task ${plan.id}: ${error instanceof Error ? error.stack : error}`)
        task.stop({ code: 'TaskFailedToStart', reason: `Unexpected error: ${(error as Error).message}` })
      }
    }
    await windDown(task, ground, { enter, targets })
  }
  Object.assign(task, { ended: whole() })
  return task
}

async function provision(task: LiveTask, ground: Ground): Promise<Eni> {
  const { subnets = [], securityGroups = [], assignPublicIp } = task.plan.vpc
  const wish = { subnetIds: subnets, securityGroups, assignPublicIp: assignPublicIp === 'ENABLED' }
  const eni = await ground.network.attach(wish).catch((error: Error) => {
    throw new StartFailure(reasonWords.noInterface(error.message))
  })
  task.eni = eni
  const id = crypto.randomUUID()
  const details = {
    subnetId: eni.subnetId,
    networkInterfaceId: eni.id,
    macAddress: eni.mac,
    privateDnsName: `ip-${eni.privateIp.replaceAll('.', '-')}.ec2.internal`,
    privateIPv4Address: eni.privateIp,
  }
  task.view.availabilityZone = eni.availabilityZone
  task.view.attachments = [
    {
      id,
      type: 'ElasticNetworkInterface',
      status: 'ATTACHED',
      details: Object.entries(details).map(([name, value]) => ({ name, value })),
    },
  ]
  for (const container of task.view.containers ?? []) {
    container.runtimeId = `${task.id}-${hexId().slice(0, 10)}`
    container.networkInterfaces = [{ attachmentId: id, privateIpv4Address: eni.privateIp }]
  }
  return eni
}
