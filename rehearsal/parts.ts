import { registryHandlers } from './docker/ecr.ts'
import { createImages } from './docker/images.ts'
import { createEcs } from './ecs/index.ts'
import { createLoadBalancers } from './elb/load-balancers.ts'
import { startGateway } from './gateway/gateway.ts'
import { startModel } from './model/model.ts'
import type { Moto } from './moto.ts'
import { createNetwork } from './network/network.ts'
import { createSlack } from './slack/slack.ts'
import { createStores } from './stores/stores.ts'
import { trust } from './trust.ts'
import { createFirewalls } from './waf/firewalls.ts'
import type { World } from './world.ts'

interface Starting {
  world: World
  moto: Moto
  gatewayPort: number
  /** Says what is waited for now. */
  phase(waitingFor: string): void
  /** Takes note of how a part is stopped. */
  started(part: string, stop: () => Promise<void> | void): void
}

/** Starts everything that lives in the daemon, each part with those that it stands on, the gateway last. */
export function startParts({ world, moto, gatewayPort, phase, started }: Starting) {
  phase('the data stores and the model')
  const stores = createStores(world)
  started('stores', stores.stop)
  const model = startModel()
  started('model', model.stop)

  phase('the network, the load balancer and the scheduler')
  const network = createNetwork(world)
  started('network', network.stop)
  network.registerEndpoint(() => stores.endpoints())
  const openai = { host: 'api.openai.com', port: 443, kind: 'internet', plain: true, securityGroups: [] }
  network.registerEndpoint({ ...openai, realPort: model.port })
  // A model inside the VPC (guide 9.1 B), for an environment whose openai_base_url is http://model.internal:8000/v1.
  const inside = { host: 'model.internal', port: 8000, kind: 'model', plain: true, securityGroups: [] }
  network.registerEndpoint({ ...inside, realPort: model.port })
  const firewalls = createFirewalls(world)
  started('waf', firewalls.stop)
  const balancers = createLoadBalancers(world, { network, firewalls })
  started('elb', balancers.stop)
  const images = createImages(world)
  const ecs = createEcs(world, { network, targets: balancers.targets, images, trust: trust(stores.ca) })
  started('ecs', ecs.stop)

  phase('the gateway')
  const slack = createSlack(world)
  const own = [ecs, balancers, firewalls, network, stores, slack].map((part) => part.handlers)
  const handlers = [...own, registryHandlers(world)]
  const routes = {
    ...slack.routes,
    memory: () => process.memoryUsage(),
    capacity: async (request: Request) =>
      ecs.capacity((await request.json()) as Parameters<typeof ecs.capacity>[0]),
  }
  const gateway = startGateway({ world, port: gatewayPort, handlers, models: moto.models, routes })
  started('gateway', gateway.stop)
  return { model }
}
