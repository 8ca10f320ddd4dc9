import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  UpdateServiceRequest,
} from '@aws-sdk/client-ecs'
import type { Call, Handlers } from '../../gateway/call.ts'
import { findCluster } from '../clusters.ts'
import type { Ground } from '../ground.ts'
import { beginDeployment, finish } from '../service/deployments.ts'
import { primaryOf, type ServiceRecord, underWay } from '../service/record.ts'
import type { State } from '../state.ts'
import { serviceDeploymentWords } from '../words/events.ts'
import { findService, invalid, seekService } from './find.ts'
import { applySettings, changedRevision, checkSameAs, newService } from './service-input.ts'
import { serviceView } from './service-view.ts'
import { page, wire } from './wire.ts'

export function serviceHandlers(state: State, ground: Ground): Handlers[string] {
  const { account } = ground.world
  const shown = (service: ServiceRecord, withTags = false) => wire(serviceView(service, account, withTags))

  return {
    async CreateService(call: Call) {
      const input = call.input as CreateServiceRequest
      const cluster = await findCluster(ground.moto, input.cluster)
      const existing = seekService(state, ground, cluster.name, input.serviceName!)
      if (existing?.status === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.')
      if (existing?.status === 'ACTIVE') {
        checkSameAs(existing, input)
        return { service: shown(existing, true) }
      }
      const { service, revision } = await newService(input, cluster, ground, call.accessKey)
      state.services.set(service.arn, service)
      beginDeployment(service, revision, ground.arns)
      state.wake(service)
      return { service: shown(service, true) }
    },

    async UpdateService(call: Call) {
      const input = call.input as UpdateServiceRequest
      const cluster = await findCluster(ground.moto, input.cluster)
      const service = findService(state, ground, cluster.name, input.service!)
      const revision = await changedRevision(service, input, ground)
      applySettings(service, input)
      if (input.desiredCount !== undefined && input.desiredCount !== service.desiredCount) {
        service.desiredCount = input.desiredCount
        service.steady = false
      }
      if (revision) beginDeployment(service, revision, ground.arns)
      state.wake(service)
      return { service: shown(service, true) }
    },

    async DeleteService(call: Call) {
      const input = call.input as DeleteServiceRequest
      const cluster = await findCluster(ground.moto, input.cluster)
      const service = findService(state, ground, cluster.name, input.service!)
      if (!input.force && service.desiredCount > 0)
        throw invalid('The service cannot be stopped while it is scaled above 0.')
      service.desiredCount = 0
      service.status = 'DRAINING'
      const current = underWay(service)
      if (current) finish(current, 'STOPPED', serviceDeploymentWords.serviceDeleted)
      state.wake(service)
      return { service: shown(service) }
    },

    async DescribeServices(call: Call) {
      const input = call.input as DescribeServicesRequest
      const names = input.services ?? []
      if (names.length === 0) throw invalid('Services cannot be empty.')
      if (names.length > 10) throw invalid('Services list cannot be longer than 10.')
      const cluster = await findCluster(ground.moto, input.cluster)
      const found = names.map((name) => [name, seekService(state, ground, cluster.name, name)] as const)
      return {
        services: found.flatMap(([, it]) => (it ? [shown(it, input.include?.includes('TAGS'))] : [])),
        failures: found.flatMap(([name, it]) => {
          const arn = name.startsWith('arn:') ? name : ground.arns.service(cluster.name, name)
          return it ? [] : [{ arn, reason: 'MISSING' }]
        }),
      }
    },

    async ListServices(call: Call) {
      const input = call.input as ListServicesRequest
      const cluster = await findCluster(ground.moto, input.cluster)
      const arns = [...state.services.values()]
        .filter((it) => it.cluster.name === cluster.name && it.status !== 'INACTIVE')
        .filter((it) => !input.launchType || primaryOf(it).revision.launchType === input.launchType)
        .filter(
          (it) => !input.schedulingStrategy || it.settings.schedulingStrategy === input.schedulingStrategy,
        )
        .map((it) => it.arn)
      const { items, nextToken } = page(arns, input.maxResults ?? 10, input.nextToken)
      return { serviceArns: items, ...(nextToken && { nextToken }) }
    },
  }
}
