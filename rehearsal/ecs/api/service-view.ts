import type { Deployment, Service, ServiceDeployment, ServiceDeploymentBrief } from '@aws-sdk/client-ecs'
import { threshold } from '../judge/breaker.ts'
import {
  type DeploymentRecord,
  isRunning,
  isStarting,
  primaryOf,
  type ServiceDeploymentRecord,
  type ServiceRecord,
  tasksOf,
} from '../service/record.ts'

/** A service as DescribeServices shows it. */
export function serviceView(service: ServiceRecord, account: string, withTags = false): Service {
  const { revision } = primaryOf(service)
  const live =
    service.status === 'INACTIVE' ? [] : service.deployments.filter((it) => it.status !== 'INACTIVE')
  const tasks = [...service.tasks]
  const order = (it: DeploymentRecord) => (it.status === 'PRIMARY' ? 0 : 1)
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isStarting).length,
    loadBalancers: revision.loadBalancers,
    ...launched(revision),
    platformFamily: 'Linux',
    taskDefinition: revision.definition.taskDefinitionArn,
    networkConfiguration: revision.networkConfiguration,
    ...service.settings,
    deployments: live.sort((a, b) => order(a) - order(b)).map((it) => deploymentView(service, it)),
    ...(revision.loadBalancers.length > 0 && {
      roleArn: `arn:aws:iam::${account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    }),
    events: service.events,
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    currentServiceDeployment: service.history[0]?.arn,
    currentServiceRevisions: live.map((it) => ({ arn: it.revisionArn, ...counts(service, it) })),
    ...(withTags && service.tags.length > 0 && { tags: service.tags }),
  }
}

const launched = ({
  launchType,
  capacityProviderStrategy,
  platformVersion,
}: DeploymentRecord['revision']) => ({
  ...(capacityProviderStrategy ? { capacityProviderStrategy } : { launchType }),
  platformVersion,
})

function deploymentView(service: ServiceRecord, it: DeploymentRecord): Deployment {
  const tasks = tasksOf(service, it)
  return {
    id: it.id,
    status: it.status,
    taskDefinition: it.revision.definition.taskDefinitionArn,
    desiredCount: it.status === 'PRIMARY' ? service.desiredCount : tasks.filter((task) => !task.cause).length,
    pendingCount: tasks.filter(isStarting).length,
    runningCount: tasks.filter(isRunning).length,
    failedTasks: it.failures,
    createdAt: it.createdAt,
    updatedAt: it.updatedAt,
    ...launched(it.revision),
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    networkConfiguration: it.revision.networkConfiguration,
    rolloutState: it.rolloutState,
    rolloutStateReason: it.rolloutStateReason,
  }
}

function counts(service: ServiceRecord, it: DeploymentRecord) {
  const tasks = tasksOf(service, it)
  return {
    requestedTaskCount: it.status === 'PRIMARY' ? service.desiredCount : 0,
    runningTaskCount: tasks.filter(isRunning).length,
    pendingTaskCount: tasks.filter(isStarting).length,
  }
}

export function serviceDeploymentView(
  service: ServiceRecord,
  it: ServiceDeploymentRecord,
): ServiceDeployment {
  const { deploymentConfiguration } = service.settings
  const breaker = deploymentConfiguration?.deploymentCircuitBreaker
  return {
    serviceDeploymentArn: it.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: it.createdAt,
    startedAt: it.startedAt,
    finishedAt: it.finishedAt,
    stoppedAt: it.stoppedAt,
    updatedAt: it.updatedAt,
    sourceServiceRevisions: it.sources.map((source) => ({
      arn: source.revisionArn,
      ...counts(service, source),
    })),
    targetServiceRevision: { arn: it.target.revisionArn, ...counts(service, it.target) },
    status: it.status,
    statusReason: it.statusReason,
    lifecycleStage: it.lifecycleStage,
    deploymentConfiguration,
    rollback: it.rollback,
    deploymentCircuitBreaker: {
      status: it.breaker,
      failureCount: it.failureCount,
      threshold: threshold(service.desiredCount, breaker),
    },
    alarms: {
      status:
        it.triggeredAlarms.length > 0
          ? 'TRIGGERED'
          : alarmStatus(it, deploymentConfiguration?.alarms?.enable),
      alarmNames: deploymentConfiguration?.alarms?.alarmNames ?? [],
      triggeredAlarmNames: it.triggeredAlarms,
    },
  }
}

const alarmStatus = (it: ServiceDeploymentRecord, enabled = false) =>
  enabled ? (it.finishedAt ? 'MONITORING_COMPLETE' : 'MONITORING') : 'DISABLED'

export const briefView = (service: ServiceRecord, it: ServiceDeploymentRecord): ServiceDeploymentBrief => ({
  serviceDeploymentArn: it.arn,
  serviceArn: service.arn,
  clusterArn: service.cluster.arn,
  createdAt: it.createdAt,
  startedAt: it.startedAt,
  finishedAt: it.finishedAt,
  targetServiceRevisionArn: it.target.revisionArn,
  status: it.status,
  statusReason: it.statusReason,
})
