import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceRevisionsRequest,
  ListServiceDeploymentsRequest,
  ServiceRevision,
  StopServiceDeploymentRequest,
} from '@aws-sdk/client-ecs'
import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import { findCluster } from '../clusters.ts'
import type { Ground } from '../ground.ts'
import { failDeployment, failures } from '../service/deployments.ts'
import type { DeploymentRecord, ServiceDeploymentRecord, ServiceRecord } from '../service/record.ts'
import type { State } from '../state.ts'
import { containersOf } from '../task/definition.ts'
import { invalid, seekService } from './find.ts'
import { briefView, serviceDeploymentView } from './service-view.ts'
import { page, wire } from './wire.ts'

/** The history of what a service was deployed to, and the way to stop what is under way. */
export function deploymentHandlers(state: State, ground: Ground): Handlers[string] {
  const all = () => [...state.services.values()]
  const findDeployment = (arn: string): [ServiceRecord, ServiceDeploymentRecord] | undefined => {
    const service = all().find((it) => it.history.some((one) => one.arn === arn))
    return service && [service, service.history.find((one) => one.arn === arn)!]
  }
  const findRevision = (arn: string): [ServiceRecord, DeploymentRecord] | undefined => {
    const service = all().find((it) => it.deployments.some((one) => one.revisionArn === arn))
    return service && [service, service.deployments.find((one) => one.revisionArn === arn)!]
  }

  return {
    async ListServiceDeployments(call: Call) {
      const input = call.input as Dated<ListServiceDeploymentsRequest>
      const cluster = await findCluster(ground.moto, clusterIn(input.service!) ?? input.cluster)
      const service = seekService(state, ground, cluster.name, input.service!)
      if (!service) throw new AwsError('ServiceNotFoundException', 'Service not found.')
      const { before, after } = input.createdAt ?? {}
      const chosen = service.history
        .filter((it) => !input.status?.length || input.status.includes(it.status))
        .filter((it) => before === undefined || it.createdAt <= dateOf(before))
        .filter((it) => after === undefined || it.createdAt >= dateOf(after))
      const { items, nextToken } = page(chosen, Math.min(input.maxResults ?? 20, 100), input.nextToken)
      return {
        serviceDeployments: items.map((it) => wire(briefView(service, it))),
        ...(nextToken && { nextToken }),
      }
    },

    DescribeServiceDeployments(call: Call) {
      const { serviceDeploymentArns: arns = [] } = call.input as DescribeServiceDeploymentsRequest
      if (arns.length === 0 || arns.length > 20)
        throw invalid('serviceDeploymentArns must have 1 to 20 elements.')
      const found = arns.map((arn) => [arn, findDeployment(arn)] as const)
      return {
        serviceDeployments: found.flatMap(([, it]) => (it ? [wire(serviceDeploymentView(...it))] : [])),
        failures: found.flatMap(([arn, it]) => (it ? [] : [{ arn, reason: 'MISSING' }])),
      }
    },

    DescribeServiceRevisions(call: Call) {
      const { serviceRevisionArns: arns = [] } = call.input as DescribeServiceRevisionsRequest
      if (arns.length === 0 || arns.length > 20)
        throw invalid('serviceRevisionArns must have 1 to 20 elements.')
      const found = arns.map((arn) => [arn, findRevision(arn)] as const)
      return {
        serviceRevisions: found.flatMap(([, it]) => (it ? [wire(revisionView(...it))] : [])),
        failures: found.flatMap(([arn, it]) => (it ? [] : [{ arn, reason: 'MISSING' }])),
      }
    },

    StopServiceDeployment(call: Call) {
      const { serviceDeploymentArn: arn, stopType = 'ROLLBACK' } = call.input as StopServiceDeploymentRequest
      const [service, it] = findDeployment(arn!) ?? []
      if (!service || !it)
        throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.')
      if (it.finishedAt)
        throw new AwsError('ConflictException', `Service deployment is in a terminal state: ${it.status}.`)
      // One that already goes back is on the way that was asked for.
      if (!it.rollback) {
        it.status = stopType === 'ROLLBACK' ? 'ROLLBACK_REQUESTED' : 'STOP_REQUESTED'
        failDeployment(service, failures.user(stopType === 'ROLLBACK'))
        state.wake(service)
      }
      return { serviceDeploymentArn: arn }
    },
  }
}

/** Dates arrive as seconds where the protocol's JSON is not decoded further. */
type Dated<T> = T & { createdAt?: { before?: Date | number; after?: Date | number } }
const dateOf = (value: Date | number) =>
  typeof value === 'number' ? new Date(value * 1000) : new Date(value)

/** A service's full ARN says its cluster. */
const clusterIn = (service: string) => /:service\/([^/]+)\/[^/]+$/.exec(service)?.[1]

function revisionView(service: ServiceRecord, it: DeploymentRecord): ServiceRevision {
  const { revision } = it
  const digestOf = (container: string) =>
    it.images.get(container) ?? /@(sha256:[0-9a-f]+)$/.exec(imageOf(it, container) ?? '')?.[1]
  return {
    serviceRevisionArn: it.revisionArn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: revision.definition.taskDefinitionArn,
    ...(revision.capacityProviderStrategy
      ? { capacityProviderStrategy: revision.capacityProviderStrategy }
      : { launchType: revision.launchType }),
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    loadBalancers: revision.loadBalancers,
    networkConfiguration: revision.networkConfiguration,
    containerImages: containersOf(revision.definition).map((container) => ({
      containerName: container.name,
      image: container.image,
      imageDigest: digestOf(container.name!),
    })),
    guardDutyEnabled: false,
    createdAt: it.createdAt,
  }
}

const imageOf = (it: DeploymentRecord, name: string) =>
  containersOf(it.revision.definition).find((container) => container.name === name)?.image
