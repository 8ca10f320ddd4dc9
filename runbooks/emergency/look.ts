import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling'
import type { Service } from '@aws-sdk/client-ecs'
import type { Aws } from '../aws/clients'
import { Failed } from '../core'
import { type Memory, none, read, type Standing, tagKeys } from './memory'
import type { Place } from './place'

/** The service as it stands, and what it remembers of how it stood. */
export interface Scene {
  service: Service
  standing: Standing
  memory: Memory | undefined
  tags: Map<string, string>
  /** Why scaling could not be looked at, if it could not. */
  scalingUnknown?: Error
}

/** Two calls at once: an emergency has no time for a third. */
export async function look(aws: Aws, place: Place): Promise<Scene> {
  const { cluster, service: name } = place.stack
  const [ecs, scaling] = await Promise.all([
    aws
      .ecs()
      .then((it) => it.describeServices({ cluster, services: [name], include: ['TAGS'] }))
      .catch((error: Error) => {
        if (error.name === 'ClusterNotFoundException') return { services: [] }
        throw error
      }),
    findTarget(aws, place).catch((error: Error) => error),
  ])
  const service = ecs.services?.find(({ status }) => status === 'ACTIVE')
  if (!service) throw await unknownService(aws, place)
  const tags = new Map((service.tags ?? []).map(({ key, value }) => [key ?? '', value ?? '']))
  return {
    service,
    standing: standingOf(service, scaling instanceof Error ? undefined : scaling),
    memory: read(tags.get(tagKeys.standing)),
    tags,
    ...(scaling instanceof Error && { scalingUnknown: scaling }),
  }
}

async function findTarget(aws: Aws, { resourceId }: Place): Promise<ScalableTarget | undefined> {
  const autoscaling = await aws.autoscaling()
  const { ScalableTargets } = await autoscaling.describeScalableTargets({
    ServiceNamespace: 'ecs',
    ResourceIds: [resourceId],
  })
  return ScalableTargets?.[0]
}

export function standingOf(service: Service, target: ScalableTarget | undefined): Standing {
  const flags = target?.SuspendedState
  return {
    desired: service.desiredCount ?? 0,
    ...(target && {
      scaling: {
        min: target.MinCapacity ?? 0,
        max: target.MaxCapacity ?? 0,
        suspended: flags
          ? {
              in: flags.DynamicScalingInSuspended ?? false,
              out: flags.DynamicScalingOutSuspended ?? false,
              scheduled: flags.ScheduledScalingSuspended ?? false,
            }
          : none,
      },
    }),
    taskDefinition: servingRevision(service).split('/').at(-1)!,
  }
}

/** While a deployment is under way, the service names the revision it moves to; what is known to serve is the old one. */
export function servingRevision({ deployments = [], taskDefinition = '' }: Service): string {
  const primary = deployments.find(({ status }) => status === 'PRIMARY')
  if (!primary || primary.rolloutState === 'COMPLETED') return taskDefinition
  const before = deployments.find(
    ({ status, rolloutState }) => status !== 'PRIMARY' && rolloutState === 'COMPLETED',
  )
  return before?.taskDefinition ?? taskDefinition
}

/** Whoever types a wrong name at three in the morning gets the right ones. */
async function unknownService(aws: Aws, { stack }: Place): Promise<Failed> {
  const ecs = await aws.ecs()
  const known: string[] = []
  try {
    const { clusterArns = [] } = await ecs.listClusters({})
    for (const cluster of clusterArns.slice(0, 10)) {
      const { serviceArns = [] } = await ecs.listServices({ cluster, maxResults: 10 })
      for (const arn of serviceArns) {
        const [ofCluster, name] = arn.split('/').slice(-2)
        known.push(`--cluster ${ofCluster} --service ${name}`)
      }
    }
  } catch {
    // Not allowed to list: the names that were looked for must do.
  }
  const there = known.length > 0 ? `; there are: ${known.slice(0, 10).join(', ')}` : ''
  return new Failed(`There is no service ${stack.service} in cluster ${stack.cluster}${there}`, {
    next: 'aws ecs list-clusters   # then the same command with --cluster and --service',
  })
}
