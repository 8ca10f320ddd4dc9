import { type Arns, revisionNumber, serviceDeploymentId } from '../ids.ts'
import { eventWords, rolloutWords, serviceDeploymentWords } from '../words/events.ts'
import {
  type DeploymentRecord,
  primaryOf,
  type Revision,
  type ServiceDeploymentRecord,
  type ServiceRecord,
  underWay,
} from './record.ts'
import { say } from './say.ts'

/** A new deployment becomes the primary one; what was under way is superseded. */
export function beginDeployment(service: ServiceRecord, revision: Revision, arns: Arns): DeploymentRecord {
  const now = new Date()
  const number = revisionNumber()
  const id = `ecs-svc/${number}`
  const sources = service.deployments.filter((it) => it.status !== 'INACTIVE')
  const superseded = underWay(service)
  if (superseded) finish(superseded, 'STOPPED', serviceDeploymentWords.superseded)
  for (const it of sources) it.status = 'ACTIVE'
  const deployment: DeploymentRecord = {
    id,
    revisionArn: arns.serviceRevision(service.cluster.name, service.name, number),
    revision,
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: rolloutWords.inProgress(id),
    failures: 0,
    notBefore: 0,
    halted: false,
    saidInconsistent: false,
    images: new Map(),
    createdAt: now,
    updatedAt: now,
  }
  service.deployments.unshift(deployment)
  service.history.unshift({
    arn: arns.serviceDeployment(service.cluster.name, service.name, serviceDeploymentId()),
    target: deployment,
    sources,
    status: 'PENDING',
    lifecycleStage: 'RECONCILE_SERVICE',
    breaker: service.settings.deploymentConfiguration?.deploymentCircuitBreaker?.enable
      ? 'MONITORING'
      : 'DISABLED',
    failureCount: 0,
    triggeredAlarms: [],
    createdAt: now,
    updatedAt: now,
  })
  service.steady = false
  return deployment
}

/** From PENDING: the scheduler has taken it up. */
export function takeUp(it: ServiceDeploymentRecord): void {
  if (it.status !== 'PENDING') return
  Object.assign(it, {
    status: 'IN_PROGRESS',
    startedAt: new Date(),
    lifecycleStage: 'SCALE_UP',
    updatedAt: new Date(),
  })
}

/** Every task of the primary is healthy and no other is left. */
export function completeDeployment(service: ServiceRecord): void {
  const primary = primaryOf(service)
  const now = new Date()
  Object.assign(primary, {
    rolloutState: 'COMPLETED',
    rolloutStateReason: rolloutWords.completed(primary.id),
    failures: 0,
    completedAt: now,
    updatedAt: now,
  })
  say(service, eventWords.completed(service.name, primary.id))
  const it = underWay(service)
  if (!it) return
  if (it.breaker === 'MONITORING') it.breaker = 'MONITORING_COMPLETE'
  finish(it, it.rollback ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL', it.statusReason)
}

/** What made a deployment fail, and the words for it. */
export interface Failure {
  event?: string
  reason: string
  rollingBack: (deployment: string) => string
  rolledBack: string
  failed: string
  rollback: boolean
}

export const failures = {
  breaker: (service: ServiceRecord, deployment: DeploymentRecord): Failure => ({
    event: eventWords.failedToStart(service.name, deployment.id),
    reason: rolloutWords.failedToStart,
    rollingBack: rolloutWords.rollingBack,
    rolledBack: serviceDeploymentWords.rolledBackByBreaker,
    failed: serviceDeploymentWords.failedByBreaker,
    rollback: service.settings.deploymentConfiguration?.deploymentCircuitBreaker?.rollback ?? false,
  }),
  alarm: (service: ServiceRecord, deployment: DeploymentRecord): Failure => ({
    event: eventWords.alarmDetected(service.name, deployment.id),
    reason: rolloutWords.alarmDetected,
    rollingBack: rolloutWords.rollingBackForAlarm,
    rolledBack: serviceDeploymentWords.rolledBackByAlarm,
    failed: serviceDeploymentWords.failedByAlarm,
    rollback: service.settings.deploymentConfiguration?.alarms?.rollback ?? false,
  }),
  user: (rollback: boolean): Failure => ({
    reason: rolloutWords.stoppedByUser,
    rollingBack: rolloutWords.rollingBackForUser,
    rolledBack: serviceDeploymentWords.rolledBackByUser,
    failed: serviceDeploymentWords.stoppedByUser,
    rollback,
  }),
}

/** The primary has failed: back to the last that completed, or no more launches. */
export function failDeployment(service: ServiceRecord, why: Failure): void {
  const failed = primaryOf(service)
  const it = underWay(service)
  Object.assign(failed, {
    rolloutState: 'FAILED',
    rolloutStateReason: why.reason,
    halted: true,
    updatedAt: new Date(),
  })
  if (why.event) say(service, why.event)
  const candidate = why.rollback ? rollbackCandidate(service, failed) : undefined
  if (it?.rollback) {
    finish(it, 'ROLLBACK_FAILED', serviceDeploymentWords.rollbackFailed)
    return
  }
  if (!candidate) {
    if (it && why.rollback) finish(it, 'ROLLBACK_FAILED', serviceDeploymentWords.noCandidate)
    else if (it) finish(it, 'STOPPED', why.failed)
    return
  }
  failed.status = 'ACTIVE'
  Object.assign(candidate, {
    status: 'PRIMARY',
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: why.rollingBack(candidate.id),
    failures: 0,
    notBefore: 0,
    halted: false,
    updatedAt: new Date(),
  })
  say(service, eventWords.rollingBack(service.name, candidate.id))
  if (!it) return
  Object.assign(it, { status: 'ROLLBACK_IN_PROGRESS', statusReason: why.rolledBack, updatedAt: new Date() })
  it.rollback = { reason: why.rolledBack, startedAt: new Date(), serviceRevisionArn: candidate.revisionArn }
  service.steady = false
}

function rollbackCandidate(service: ServiceRecord, failed: DeploymentRecord): DeploymentRecord | undefined {
  return service.deployments
    .filter((it) => it !== failed && it.rolloutState === 'COMPLETED')
    .sort((a, b) => b.completedAt!.getTime() - a.completedAt!.getTime())[0]
}

export function finish(
  it: ServiceDeploymentRecord,
  status: ServiceDeploymentRecord['status'],
  reason: string | undefined,
): void {
  const now = new Date()
  Object.assign(it, { status, finishedAt: now, updatedAt: now, lifecycleStage: 'CLEAN_UP' })
  if (reason) it.statusReason = reason
  if (status !== 'SUCCESSFUL' && status !== 'ROLLBACK_SUCCESSFUL') it.stoppedAt = now
}
