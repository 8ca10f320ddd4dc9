import type { Deployment, DeploymentConfiguration, Service, ServiceDeployment } from '@aws-sdk/client-ecs'
import type { Aws } from './clients'
import type { Stack } from './stack'

/** The environment's ECS service, or undefined where there is none (or it is deleted). */
export async function findService(aws: Aws, stack: Stack): Promise<Service | undefined> {
  const ecs = await aws.ecs()
  try {
    const { services } = await ecs.describeServices({ cluster: stack.cluster, services: [stack.service] })
    return services?.find((service) => service.status === 'ACTIVE')
  } catch (error) {
    if ((error as Error).name === 'ClusterNotFoundException') return undefined
    throw error
  }
}

/** The deployment the service is at or moving to: the PRIMARY one. */
export function primaryOf(service: Service): Deployment | undefined {
  return service.deployments?.find((deployment) => deployment.status === 'PRIMARY')
}

/** What ECS does with a deployment that fails: it goes back by itself, or leaves it to be looked at. */
export function withBreaker(
  { deploymentConfiguration }: Service,
  rollback: boolean,
): DeploymentConfiguration {
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = deploymentConfiguration ?? {}
  return {
    minimumHealthyPercent,
    maximumPercent,
    deploymentCircuitBreaker: { enable: true, rollback },
  }
}

/** Moves the service to a revision with one UpdateService, and returns the deployment that this started. */
export async function startDeployment(
  aws: Aws,
  stack: Stack,
  taskDefinition: string,
  deploymentConfiguration?: DeploymentConfiguration,
): Promise<Deployment> {
  const ecs = await aws.ecs()
  const { service } = await ecs.updateService({
    cluster: stack.cluster,
    service: stack.service,
    taskDefinition,
    // A revision that is already running would start no deployment, and there would be nothing to follow.
    forceNewDeployment: true,
    ...(deploymentConfiguration && { deploymentConfiguration }),
  })
  const started = service && primaryOf(service)
  if (!started)
    throw new Error(`Start deployment of ${taskDefinition}: ECS answered without a PRIMARY deployment`)
  return started
}

/**
 * The deployment history's record of a deployment. Its ARN has an id of its own; the target service revision's
 * id is the number in the deployment's `ecs-svc/<number>`, with the time and the revision to tell by where not.
 */
export async function findServiceDeployment(
  aws: Aws,
  stack: Stack,
  deployment: Deployment,
): Promise<ServiceDeployment | undefined> {
  const ecs = await aws.ecs()
  const { serviceDeployments: briefs = [] } = await ecs.listServiceDeployments({
    cluster: stack.cluster,
    service: stack.service,
    createdAt: { after: new Date((deployment.createdAt?.getTime() ?? Date.now()) - 5_000) },
  })
  const number = deployment.id?.split('/').at(-1)
  const own =
    briefs.find((brief) => brief.targetServiceRevisionArn?.endsWith(`/${number}`)) ??
    briefs
      .filter((brief) => closeInTime(brief.createdAt, deployment.createdAt))
      .sort(
        (a, b) => distance(a.createdAt, deployment.createdAt) - distance(b.createdAt, deployment.createdAt),
      )[0]
  if (!own?.serviceDeploymentArn) return undefined
  const { serviceDeployments } = await ecs.describeServiceDeployments({
    serviceDeploymentArns: [own.serviceDeploymentArn],
  })
  return serviceDeployments?.[0]
}

const distance = (a?: Date, b?: Date) => Math.abs((a?.getTime() ?? 0) - (b?.getTime() ?? 0))
const closeInTime = (a?: Date, b?: Date) => distance(a, b) < 5_000

/** Where the service's tasks run; a one-shot task runs in the same place. */
export type TaskNetwork = {
  subnets: string[]
  securityGroups: string[]
  assignPublicIp: 'ENABLED' | 'DISABLED'
}

export function networkOf(service: Service): TaskNetwork | undefined {
  const network = service.networkConfiguration?.awsvpcConfiguration
  if (!network?.subnets?.length) return undefined
  return {
    subnets: network.subnets,
    securityGroups: network.securityGroups ?? [],
    assignPublicIp: network.assignPublicIp === 'ENABLED' ? 'ENABLED' : 'DISABLED',
  }
}
