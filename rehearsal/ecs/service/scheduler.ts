import type { Ground } from '../ground.ts'
import { countsAsFailure, pauseAfter, threshold } from '../judge/breaker.ts'
import { verdictOf } from '../judge/health.ts'
import { plan, type Seen } from '../judge/plan.ts'
import type { LiveTask, StopCause } from '../task/live.ts'
import type { TaskPlan } from '../task/plan.ts'
import { targetHealthOf } from '../task/targets.ts'
import { eventWords } from '../words/events.ts'
import { reasonWords } from '../words/reasons.ts'
import { alarmsOf } from './alarms.ts'
import { completeDeployment, failDeployment, failures, takeUp } from './deployments.ts'
import {
  type DeploymentRecord,
  isRunning,
  isStarting,
  primaryOf,
  type ServiceRecord,
  tasksOf,
  underWay,
} from './record.ts'
import { say, sayOnce } from './say.ts'
import { carryOut } from './start-stop.ts'

export interface Scheduling {
  ground: Ground
  launch(plan: TaskPlan): LiveTask
  isProtected(task: LiveTask): boolean
  /** Why AWS would not place it now. */
  refusal(plan: TaskPlan): string | undefined
}

/** One look at a service: what is known of its tasks, what follows from it, and what is done about it. */
export async function look(service: ServiceRecord, it: Scheduling): Promise<void> {
  const running = [...service.tasks].filter((task) => isRunning(task) && !task.cause)
  const checked = await Promise.all(
    running.map(async (task) => [task, await targetHealthOf(task, it.ground)] as const),
  )
  const alarming = await alarmsOf(service, it.ground)
  if (service.status === 'INACTIVE') return
  const current = underWay(service)
  if (current) takeUp(current)

  const unhealthy = new Map<string, StopCause>()
  const health = new Map<string, Seen['health']>()
  for (const [task, targets] of checked) {
    const verdict = verdictOf({
      now: Date.now(),
      runningSince: task.view.startedAt!.getTime(),
      graceUntil:
        task.view.startedAt!.getTime() + (service.settings.healthCheckGracePeriodSeconds ?? 0) * 1000,
      container: task.health.container,
      targets,
      healthyWithoutChecks: it.ground.durations.healthyWithoutChecks,
    })
    health.set(task.id, verdict.health)
    if (verdict.health === 'healthy') gotHealthy(service, task)
    if (verdict.health === 'unhealthy') unhealthy.set(task.id, judged(service, task, verdict))
  }
  if (current && alarming.length > 0) {
    current.triggeredAlarms = alarming
    failDeployment(service, failures.alarm(service, primaryOf(service)))
  }
  breakCircuit(service)
  const primary = primaryOf(service)
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = service.settings.deploymentConfiguration ?? {}
  const next = plan({
    desired: service.desiredCount,
    minimumPercent: minimumHealthyPercent,
    maximumPercent,
    primary: primary.id,
    mayLaunch: service.status === 'ACTIVE' && !primary.halted && Date.now() >= primary.notBefore,
    tasks: [...service.tasks].map((task) => ({
      id: task.id,
      deployment: task.plan.startedBy!,
      phase: task.cause ? 'stopping' : isStarting(task) ? 'starting' : 'running',
      health: health.get(task.id) ?? 'unknown',
      // Protection is from scaling and deployments, not from the service's own end.
      guarded: service.status === 'ACTIVE' && it.isProtected(task),
      since: task.view.createdAt!.getTime(),
    })),
  })
  if (next.blocked) sayOnce(service, eventWords.blocked(service.name), primary.createdAt)
  const refused = carryOut(service, next, unhealthy, it)
  if (refused) countRefused(service, refused, it.ground)
  settle(service, health)
}

/** The first time a task passes all its checks, the failures before it are forgiven. */
function gotHealthy(service: ServiceRecord, task: LiveTask): void {
  if (task.wasHealthy) return
  task.wasHealthy = true
  const deployment = service.deployments.find((it) => it.id === task.plan.startedBy)
  for (const it of task.prepared) deployment?.images.set(it.definition.name!, it.image.digest)
  const breaker = service.settings.deploymentConfiguration?.deploymentCircuitBreaker
  if (deployment && breaker?.resetOnHealthyTask !== false)
    Object.assign(deployment, { failures: 0, notBefore: 0 })
}

type Unhealthy = Extract<ReturnType<typeof verdictOf>, { health: 'unhealthy' }>

/** The sentence for a task that failed its checks, said once. */
const said = new WeakSet<LiveTask>()
function judged(service: ServiceRecord, task: LiveTask, verdict: Unhealthy): StopCause {
  const { name } = service
  const words =
    verdict.by === 'container'
      ? eventWords.containerUnhealthy(name, task.id)
      : eventWords.targetUnhealthy(name, task.id, verdict.port, verdict.targetGroupArn, verdict.reason)
  if (!said.has(task)) say(service, words)
  said.add(task)
  const reason =
    verdict.by === 'container'
      ? reasonWords.failedContainer
      : reasonWords.failedTarget(verdict.targetGroupArn)
  return { code: 'ServiceSchedulerInitiated', reason, failedChecks: true }
}

/** Called once for every task that begins to stop. */
export function countEnding(service: ServiceRecord, task: LiveTask, ground: Ground): void {
  const deployment = service.deployments.find((it) => it.id === task.plan.startedBy)
  const cause = task.cause
  if (!deployment || !cause) return
  const failed = countsAsFailure({
    asked: cause.code === 'ServiceSchedulerInitiated' || cause.code === 'UserInitiated',
    reachedRunning: task.view.startedAt !== undefined,
    wasHealthy: task.wasHealthy,
    failedChecks: cause.failedChecks ?? false,
  })
  service.steady = false
  if (!failed) return
  deployment.failures++
  deployment.updatedAt = new Date()
  deployment.notBefore =
    Date.now() + pauseAfter(deployment.failures, ground.durations.retry, ground.durations.retryAtMost)
  if (cause.code === 'TaskFailedToStart')
    sayOnce(service, eventWords.unableToPlace(service.name, `${cause.reason}.`), deployment.createdAt)
  if (deployment.failures >= threshold(service.desiredCount) && !deployment.saidInconsistent) {
    deployment.saidInconsistent = true
    say(service, eventWords.unableToStart(service.name))
  }
}

/** A task that cannot be placed counts as one that did not start: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
function countRefused(service: ServiceRecord, reason: string, { durations }: Ground): void {
  const deployment = primaryOf(service)
  deployment.failures++
  deployment.updatedAt = new Date()
  deployment.notBefore = Date.now() + pauseAfter(deployment.failures, durations.retry, durations.retryAtMost)
  sayOnce(service, eventWords.unableToPlace(service.name, reason), deployment.createdAt)
}

function breakCircuit(service: ServiceRecord): void {
  const primary = primaryOf(service)
  const settings = service.settings.deploymentConfiguration?.deploymentCircuitBreaker
  const current = underWay(service)
  if (current) current.failureCount = Math.max(current.failureCount, primary.failures)
  if (!settings?.enable || primary.rolloutState !== 'IN_PROGRESS') return
  if (primary.failures < threshold(service.desiredCount, settings)) return
  if (current) current.breaker = 'TRIGGERED'
  failDeployment(service, failures.breaker(service, primary))
}

/** Deployments without tasks are gone; a service as it should be has completed its own and is steady. */
function settle(service: ServiceRecord, health: Map<string, Seen['health']>): void {
  const primary = primaryOf(service)
  for (const it of service.deployments)
    if (it.status === 'ACTIVE' && tasksOf(service, it).length === 0) retire(it)
  if (service.status === 'DRAINING') {
    if (service.tasks.size === 0) Object.assign(service, { status: 'INACTIVE', deletedAt: Date.now() })
    return
  }
  const mine = tasksOf(service, primary)
  const up = mine.filter((task) => health.get(task.id) === 'healthy' && !task.cause)
  const asItShouldBe = up.length === service.desiredCount && service.tasks.size === up.length
  if (!asItShouldBe) {
    const current = underWay(service)
    if (current && up.length >= service.desiredCount && !current.finishedAt)
      current.lifecycleStage = 'CLEAN_UP'
    return
  }
  if (service.steady) return
  if (primary.rolloutState === 'IN_PROGRESS') completeDeployment(service)
  say(service, eventWords.steady(service.name))
  service.steady = true
}

function retire(it: DeploymentRecord): void {
  it.status = 'INACTIVE'
  it.updatedAt = new Date()
}
