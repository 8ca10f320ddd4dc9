import type {
  CapacityProviderStrategyItem,
  Cluster,
  CreateServiceRequest,
  NetworkConfiguration,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs'
import type { Ground } from '../ground.ts'
import { primaryOf, type Revision, type ServiceRecord, type ServiceSettings } from '../service/record.ts'
import { findActiveDefinition } from '../task/definition.ts'
import { invalid } from './find.ts'
import { checkBalancers, checkKind, checkLaunch, checkNetwork, checkRebalancing } from './validate.ts'

type FoundCluster = Cluster & { name: string; arn: string }

/** A service from CreateService's input, with ECS's defaults for what is left out. */
export async function newService(
  input: CreateServiceRequest,
  cluster: FoundCluster,
  ground: Ground,
  createdBy: string,
): Promise<{ service: ServiceRecord; revision: Revision }> {
  if (!/^[a-zA-Z0-9_-]{1,255}$/.test(input.serviceName ?? ''))
    throw invalid(
      'Invalid service name. Must be between 1 and 255 characters and contain only letters, numbers, hyphens, and underscores.',
    )
  if (!input.taskDefinition) throw invalid('Task definition can not be blank.')
  checkKind(input)
  checkLaunch(input.launchType, input.capacityProviderStrategy?.length)
  const found = await findActiveDefinition(ground.moto, input.taskDefinition)
  checkNetwork(found.definition, input.networkConfiguration)
  const balancers = input.loadBalancers ?? []
  await checkBalancers(balancers, found.definition, ground)
  if (input.healthCheckGracePeriodSeconds && balancers.length === 0)
    throw invalid('Health check grace period is only valid for services configured to use load balancers')
  const settings = settingsOf(input, balancers.length > 0)
  checkRebalancing(settings.availabilityZoneRebalancing, settings.deploymentConfiguration)
  const service: ServiceRecord = {
    arn: ground.arns.service(cluster.name, input.serviceName!),
    name: input.serviceName!,
    cluster: { name: cluster.name, arn: cluster.arn },
    status: 'ACTIVE',
    settings,
    desiredCount: input.desiredCount ?? 0,
    deployments: [],
    history: [],
    events: [],
    tasks: new Set(),
    steady: false,
    replacements: { owed: 0, ahead: 0 },
    tags: input.tags ?? [],
    createdAt: new Date(),
    createdBy: `arn:aws:iam::${ground.world.account}:user/${createdBy || 'rehearsal'}`,
    clientToken: input.clientToken,
  }
  const revision: Revision = {
    definition: found.definition,
    definitionTags: found.tags,
    networkConfiguration: withDefaults(input.networkConfiguration),
    loadBalancers: balancers,
    ...launchOf(input.launchType, input.capacityProviderStrategy, cluster),
    platformVersion: input.platformVersion ?? 'LATEST',
  }
  return { service, revision }
}

function settingsOf(input: CreateServiceRequest, balanced: boolean): ServiceSettings {
  const grace = input.healthCheckGracePeriodSeconds ?? 0
  return {
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: false, rollback: false },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      strategy: 'ROLLING',
      bakeTimeInMinutes: 0,
      ...input.deploymentConfiguration,
    },
    schedulingStrategy: input.schedulingStrategy ?? 'REPLICA',
    deploymentController: input.deploymentController ?? { type: 'ECS' },
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    ...(balanced && { healthCheckGracePeriodSeconds: grace }),
    availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? rebalancingDefault(input),
    placementConstraints: input.placementConstraints ?? [],
    placementStrategy: input.placementStrategy ?? [],
    serviceRegistries: input.serviceRegistries ?? [],
  }
}

/** On by default, where the deployment configuration leaves room for it. */
const rebalancingDefault = (input: CreateServiceRequest) =>
  (input.deploymentConfiguration?.maximumPercent ?? 200) > 100 ? 'ENABLED' : 'DISABLED'

/** A service names a launch type or a strategy, or runs on its cluster's default strategy. */
function launchOf(
  launchType: string | undefined,
  strategy: CapacityProviderStrategyItem[] | undefined,
  cluster: FoundCluster,
): Pick<Revision, 'launchType' | 'capacityProviderStrategy'> {
  if (strategy?.length) return { capacityProviderStrategy: strategy.map(complete) }
  const inherited = cluster.defaultCapacityProviderStrategy ?? []
  if (!launchType && inherited.length > 0) return { capacityProviderStrategy: inherited.map(complete) }
  return { launchType: 'FARGATE' }
}

const complete = (it: CapacityProviderStrategyItem) => ({ weight: 0, base: 0, ...it })

const withDefaults = (network: NetworkConfiguration | undefined): NetworkConfiguration | undefined =>
  network?.awsvpcConfiguration && {
    awsvpcConfiguration: { assignPublicIp: 'DISABLED', securityGroups: [], ...network.awsvpcConfiguration },
  }

/** CreateService may be repeated with the same wishes; with others it is refused. */
export function checkSameAs(service: ServiceRecord, input: CreateServiceRequest): void {
  const definition = primaryOf(service).revision.definition
  const names = [
    definition.taskDefinitionArn,
    `${definition.family}:${definition.revision}`,
    definition.family,
  ]
  const same =
    names.includes(input.taskDefinition) &&
    (input.desiredCount ?? 0) === service.desiredCount &&
    (input.clientToken === undefined || input.clientToken === service.clientToken)
  if (!same) throw invalid('Creation of service was not idempotent.')
}

/** The revision UpdateService asks for, when it needs a new deployment. */
export async function changedRevision(
  service: ServiceRecord,
  input: UpdateServiceRequest,
  ground: Ground,
): Promise<Revision | undefined> {
  if ((input.desiredCount ?? 0) < 0) throw invalid('Desired count must be at least 0.')
  const now = primaryOf(service).revision
  const next: Revision = { ...now }
  if (input.taskDefinition) {
    const found = await findActiveDefinition(ground.moto, input.taskDefinition)
    if (found.definition.taskDefinitionArn !== now.definition.taskDefinitionArn)
      Object.assign(next, { definition: found.definition, definitionTags: found.tags })
  }
  if (input.networkConfiguration) next.networkConfiguration = withDefaults(input.networkConfiguration)
  if (input.loadBalancers) next.loadBalancers = input.loadBalancers
  if (input.platformVersion) next.platformVersion = input.platformVersion
  if (input.capacityProviderStrategy?.length) {
    next.capacityProviderStrategy = input.capacityProviderStrategy.map(complete)
    next.launchType = undefined
    if (!input.forceNewDeployment && !same(next.capacityProviderStrategy, now.capacityProviderStrategy ?? []))
      throw invalid(
        'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
      )
  }
  checkNetwork(next.definition, next.networkConfiguration)
  const merged = { ...service.settings.deploymentConfiguration, ...input.deploymentConfiguration }
  checkRebalancing(input.availabilityZoneRebalancing ?? service.settings.availabilityZoneRebalancing, merged)
  if (next.definition !== now.definition || input.loadBalancers)
    await checkBalancers(next.loadBalancers, next.definition, ground)
  return input.forceNewDeployment || !same(next, now) ? next : undefined
}

/** What UpdateService changes without a deployment. */
export function applySettings(service: ServiceRecord, input: UpdateServiceRequest): void {
  const { settings } = service
  if (input.deploymentConfiguration)
    settings.deploymentConfiguration = {
      ...settings.deploymentConfiguration,
      ...input.deploymentConfiguration,
    }
  const plain = [
    'healthCheckGracePeriodSeconds',
    'enableExecuteCommand',
    'enableECSManagedTags',
    'propagateTags',
    'availabilityZoneRebalancing',
    'placementConstraints',
    'placementStrategy',
    'serviceRegistries',
  ] as const
  for (const name of plain) if (input[name] !== undefined) Object.assign(settings, { [name]: input[name] })
}

const same = (a: unknown, b: unknown) => Bun.deepEquals(a, b)
