import type {
  AvailabilityZoneRebalancing,
  CreateServiceRequest,
  DeploymentConfiguration,
  LoadBalancer,
  NetworkConfiguration,
  TaskDefinition,
} from '@aws-sdk/client-ecs'
import { DescribeTargetGroupsCommand, type TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Ground } from '../ground.ts'
import { containersOf } from '../task/definition.ts'
import { invalid } from './find.ts'

export function checkNetwork(definition: TaskDefinition, network: NetworkConfiguration | undefined): void {
  if (definition.networkMode === 'awsvpc' && !network?.awsvpcConfiguration)
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
  if (network?.awsvpcConfiguration && !network.awsvpcConfiguration.subnets?.length)
    throw invalid('subnets can not be empty.')
}

export function checkLaunch(launchType: unknown, strategy: unknown): void {
  if (launchType && strategy)
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    )
}

export function checkRebalancing(
  rebalancing: AvailabilityZoneRebalancing | undefined,
  deployment: DeploymentConfiguration | undefined,
): void {
  if (rebalancing === 'ENABLED' && (deployment?.maximumPercent ?? 200) <= 100)
    throw invalid(
      'The service does not support Availability Zone Rebalancing: Availability Zone Rebalancing does not support maximumPercent <= 100 in the deployment configuration.',
    )
}

/** What ECS has and a rehearsal has not is refused, so that nobody takes a rolling deployment for it. */
export function checkKind(input: CreateServiceRequest): void {
  const { deploymentController, deploymentConfiguration, schedulingStrategy } = input
  if (schedulingStrategy === 'DAEMON')
    throw invalid('The daemon scheduling strategy is not supported for the Fargate launch type.')
  const kind = [deploymentController?.type ?? 'ECS', deploymentConfiguration?.strategy ?? 'ROLLING'].join(' ')
  if (kind !== 'ECS ROLLING')
    throw invalid(`A rehearsal runs rolling deployments only: ${kind} is not supported here.`)
}

/** The load balancers of a service against its task definition and what ELB knows of their target groups. */
export async function checkBalancers(
  balancers: LoadBalancer[],
  definition: TaskDefinition,
  ground: Ground,
): Promise<void> {
  for (const { containerName, containerPort, targetGroupArn } of balancers) {
    const container = containersOf(definition).find((it) => it.name === containerName)
    if (!container) throw invalid(`The container ${containerName} does not exist in the task definition.`)
    if (!container.portMappings?.some((it) => it.containerPort === containerPort))
      throw invalid(`The container ${containerName} did not have a container port ${containerPort} defined.`)
    if (!targetGroupArn) throw invalid('targetGroupArn can not be empty.')
    const group = await targetGroup(targetGroupArn, ground)
    if (!group) throw invalid(`The specified target group does not exist: ${targetGroupArn}.`)
    if (!group.LoadBalancerArns?.length)
      throw invalid(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      )
    if (definition.networkMode === 'awsvpc' && group.TargetType !== 'ip')
      throw invalid(
        `The provided target group ${targetGroupArn} has target type ${group.TargetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      )
  }
}

async function targetGroup(arn: string, ground: Ground): Promise<TargetGroup | undefined> {
  const asked = new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] })
  const { TargetGroups } = await ground.moto.balancers.send(asked).catch(() => ({ TargetGroups: [] }))
  return TargetGroups?.[0]
}
