import type { Service } from '@aws-sdk/client-ecs'
import type { MoveSeen, ScalingSeen, ServiceSeen } from '../parts'
import type { Part } from '../snapshot'
import { iso, look, type Place, unless } from './look'

/** How many of the newest events are kept: ECS has up to a hundred. */
const events = 40

export function lookAtService({ aws, stack, region }: Place): Promise<Part<ServiceSeen | null>> {
  const { cluster, service } = stack
  return look(
    `aws ecs describe-services --cluster ${cluster} --services ${service} --include TAGS --region ${region}`,
    async () => {
      const ecs = await aws.ecs()
      const answer = ecs.describeServices({ cluster, services: [service], include: ['TAGS'] })
      const found = (await unless(/^ClusterNotFound/, answer))?.services?.find(
        ({ status }) => status !== 'INACTIVE',
      )
      return found ? serviceSeen(found) : null
    },
  )
}

function serviceSeen(service: Service): ServiceSeen {
  const network = service.networkConfiguration?.awsvpcConfiguration
  return {
    status: service.status,
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    pending: service.pendingCount ?? 0,
    taskDefinition: service.taskDefinition ?? '',
    deployments: (service.deployments ?? []).map((one) => ({
      id: one.id ?? '',
      status: one.status ?? '',
      taskDefinition: one.taskDefinition ?? '',
      rolloutState: one.rolloutState,
      reason: one.rolloutStateReason,
      desired: one.desiredCount ?? 0,
      running: one.runningCount ?? 0,
      failed: one.failedTasks ?? 0,
      at: iso(one.createdAt) ?? '',
    })),
    events: (service.events ?? [])
      .slice(0, events)
      .map(({ createdAt, message }) => ({ at: iso(createdAt) ?? '', text: message ?? '' })),
    tags: Object.fromEntries((service.tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
    subnets: network?.subnets ?? [],
    groups: network?.securityGroups ?? [],
    publicIp: network?.assignPublicIp === 'ENABLED',
    grace: service.healthCheckGracePeriodSeconds,
  }
}

/** The newest move and the two before it: what the service is at, and how it got there. */
export function lookAtMoves({ aws, stack, region, now }: Place): Promise<Part<MoveSeen[]>> {
  const { cluster, service } = stack
  return look(
    `aws ecs list-service-deployments --cluster ${cluster} --service ${service} --region ${region}`,
    async () => {
      const ecs = await aws.ecs()
      const after = new Date(now.getTime() - 24 * 3_600_000)
      const answer = ecs.listServiceDeployments({ cluster, service, createdAt: { after }, maxResults: 100 })
      const briefs = (await unless(/^(Cluster|Service)Not(Found|Active)/, answer))?.serviceDeployments ?? []
      const newest = briefs
        .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0))
        .slice(0, 3)
      const revisions = newest.flatMap(({ targetServiceRevisionArn: arn }) => arn ?? [])
      if (revisions.length === 0) return []
      const { serviceRevisions = [] } = await ecs.describeServiceRevisions({ serviceRevisionArns: revisions })
      return newest.map((one) => ({
        id: `ecs-svc/${one.targetServiceRevisionArn?.split('/').at(-1)}`,
        status: one.status ?? '',
        reason: one.statusReason,
        revision: serviceRevisions.find((it) => it.serviceRevisionArn === one.targetServiceRevisionArn)
          ?.taskDefinition,
        at: iso(one.createdAt) ?? '',
        finished: iso(one.finishedAt),
      }))
    },
  )
}

export function lookAtScaling({ aws, stack, region }: Place): Promise<Part<ScalingSeen | null>> {
  const resource = `service/${stack.cluster}/${stack.service}`
  return look(
    `aws application-autoscaling describe-scalable-targets --service-namespace ecs --resource-ids ${resource} --region ${region}`,
    async () => {
      const scaling = await aws.autoscaling()
      const { ScalableTargets } = await scaling.describeScalableTargets({
        ServiceNamespace: 'ecs',
        ResourceIds: [resource],
      })
      const target = ScalableTargets?.[0]
      if (!target) return null
      return {
        min: target.MinCapacity ?? 0,
        max: target.MaxCapacity ?? 0,
        suspended: Object.entries(target.SuspendedState ?? {}).flatMap(([name, on]) => (on ? [name] : [])),
      }
    },
  )
}
