import type { Handlers } from '../gateway/call.ts'
import type { World } from '../world.ts'
import { refuseDuplicates } from './duplicates.ts'
import type { Endpoint, Endpoints } from './endpoints.ts'
import { createInterfaces, type Eni } from './interfaces.ts'
import { withPublicAddress } from './public-addresses.ts'
import { queryMoto } from './query.ts'
import { createReach } from './reach.ts'
import { createTaskNetworks } from './task-networks.ts'

export type { Endpoint, Endpoints } from './endpoints.ts'
export type { Eni } from './interfaces.ts'

export type Network = ReturnType<typeof createNetwork>

/** The VPC's network: who has which address, and whether a packet from one to another gets there. */
export function createNetwork(world: World) {
  const query = queryMoto(world)
  const interfaces = createInterfaces(query)
  const reach = createReach(query)
  const sources: Endpoints[] = []
  const tasks = createTaskNetworks({
    reach,
    endpoints: async () => (await Promise.all(sources.map((source) => source()))).flat(),
    log: (message) => world.log('network', message),
  })

  // No more of EC2 than this is handled: for actions that no handler takes, the gateway need not load EC2's
  // service model, which is by far AWS's largest.
  const handlers: Handlers = {
    ec2: {
      AuthorizeSecurityGroupIngress: refuseDuplicates(query, 'ingress'),
      AuthorizeSecurityGroupEgress: refuseDuplicates(query, 'egress'),
      DescribeNetworkInterfaces: async (call) => withPublicAddress(await call.forward(), interfaces.attached),
    },
  }

  return {
    attach: interfaces.attach,
    async detach(eni: Eni): Promise<void> {
      tasks.release(eni)
      await interfaces.detach(eni)
    },
    listen: tasks.listen,
    lookup: tasks.lookup,
    processEnvironment: tasks.processEnvironment,
    /** The interface that has an address, if a task has it. */
    interfaceAt: (ip: string) => [...interfaces.attached.values()].find((eni) => eni.privateIp === ip),
    reachAws: reach.aws,
    judgeRecent: reach.judgeRecent,
    addressIn: reach.addressIn,
    /** Names that tasks can connect to: one, or a source that is asked at each task's start and connection. */
    registerEndpoint(source: Endpoint | Endpoints): void {
      sources.push(typeof source === 'function' ? source : () => [source])
    },
    handlers,
    /** Ports and proxies go here; the interfaces in EC2 go with moto. */
    async stop(): Promise<void> {
      tasks.stop()
    },
  }
}
