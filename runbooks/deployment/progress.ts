import type { Deployment, Service, ServiceDeployment } from '@aws-sdk/client-ecs'

/** How one deployment stands. `ended` is absent while it runs. */
export type Progress = {
  ended?: 'successful' | 'rolled back' | 'failed' | 'stopped' | 'superseded' | 'shut down'
  /** AWS's own reason, where it gives one. */
  reason?: string
  /** One line for a person who waits. */
  text: string
}

export const shutDown = 'the service was shut down meanwhile, and stays so'

/**
 * Judges the deployment `own` (an id `ecs-svc/<number>`) from one look at the service and at the history's
 * record of it. A stable service says nothing: after a circuit breaker's rollback it is stable too
 * (aws-actions/amazon-ecs-deploy-task-definition#860), and the service's current deployment may be stale
 * (kayac/ecspresso#945), so only the deployment's own record and its own entry are believed.
 */
export function judge(own: string, service: Service, record: ServiceDeployment | undefined): Progress {
  const entry = service.deployments?.find((deployment) => deployment.id === own)
  const reason = record?.statusReason ?? entry?.rolloutStateReason
  const because = reason ? { reason } : {}
  // At 0 tasks ECS calls any deployment completed.
  if (service.desiredCount === 0) return { ended: 'shut down', text: shutDown }
  switch (record?.status) {
    case 'SUCCESSFUL':
      return { ended: 'successful', ...because, text: 'completed' }
    case 'ROLLBACK_SUCCESSFUL':
      return { ended: 'rolled back', ...because, text: 'failed, and the service is back on the old revision' }
    case 'ROLLBACK_FAILED':
      return { ended: 'failed', ...because, text: 'failed, and so did the rollback' }
    case 'STOPPED':
      return newerThan(own, service, record)
        ? { ended: 'superseded', ...because, text: 'superseded by a newer deployment' }
        : { ended: 'stopped', ...because, text: 'stopped' }
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return { ...because, text: `rolling back: ${counts(service.deployments?.find(isPrimary))}` }
    case 'STOP_REQUESTED':
      return { ...because, text: 'stopping' }
    default:
      return judgeByEntry(own, service, entry)
  }
}

/** Where there is no history yet (it may lag behind the service by seconds). */
function judgeByEntry(own: string, service: Service, entry: Deployment | undefined): Progress {
  const because = entry?.rolloutStateReason ? { reason: entry.rolloutStateReason } : {}
  if (entry?.rolloutState === 'COMPLETED' && isPrimary(entry)) {
    return { ended: 'successful', ...because, text: 'completed' }
  }
  if (entry?.rolloutState === 'FAILED') {
    const left = service.deploymentConfiguration?.deploymentCircuitBreaker?.rollback === false
    return left
      ? { ended: 'failed', ...because, text: 'failed, and left as it is' }
      : { ...because, text: 'failed, rolling back' }
  }
  if (newerThan(own, service)) return { ended: 'superseded', text: 'superseded by a newer deployment' }
  return { ...because, text: counts(entry) }
}

const isPrimary = (deployment: Deployment) => deployment.status === 'PRIMARY'

/** Whether the service goes to a deployment that began after this one, whose entry may have gone already. */
function newerThan(own: string, service: Service, record?: ServiceDeployment): boolean {
  const primary = service.deployments?.find(isPrimary)
  const entry = service.deployments?.find((deployment) => deployment.id === own)
  const began = entry?.createdAt ?? record?.createdAt
  if (!primary || primary.id === own || !began) return false
  return (primary.createdAt?.getTime() ?? 0) > began.getTime()
}

function counts(entry: Deployment | undefined): string {
  if (!entry) return 'waiting for ECS'
  const { runningCount = 0, pendingCount = 0, desiredCount = 0, failedTasks = 0 } = entry
  const failed = failedTasks > 0 ? `, ${failedTasks} failed` : ''
  return `${runningCount} of ${desiredCount} running, ${pendingCount} pending${failed}`
}
