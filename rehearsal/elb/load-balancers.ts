import type { Network } from '../network/network.ts'
import { queryMoto } from '../network/query.ts'
import { internetAddress } from '../network/reach.ts'
import type { Firewalls } from '../waf/firewalls.ts'
import type { World } from '../world.ts'
import { createCertificates } from './certificates.ts'
import { checkTarget } from './check.ts'
import { readConfiguration } from './configuration.ts'
import { createHandlers } from './handlers.ts'
import { answer, type Plane } from './listener.ts'
import { createMetrics } from './metrics.ts'
import { type Configuration, groupsOf, type LoadBalancer } from './model.ts'
import { createPorts } from './ports.ts'
import { createTargets } from './targets.ts'
import { createUpstream } from './upstream.ts'

export type LoadBalancers = ReturnType<typeof createLoadBalancers>

/** A client's address as security groups see it: somewhere on the internet, or this machine. */
const clients = [internetAddress, '127.0.0.1']

/** Load balancers that balance: moto keeps what they are, this part does what they do. */
export function createLoadBalancers(
  world: World,
  { network, firewalls }: { network: Network; firewalls?: Pick<Firewalls, 'refusal'> },
) {
  const query = queryMoto(world)
  const certificates = createCertificates(world)
  let configuration: Configuration = { loadBalancers: [], targetGroups: new Map() }
  const balancerOf = (groupArn: string) =>
    configuration.loadBalancers.find((balancer) => groupsOf(balancer).includes(groupArn))

  const targets = createTargets({
    group: (arn) => configuration.targetGroups.get(arn),
    inUse: (arn) => balancerOf(arn) !== undefined,
    async check(group, target) {
      const balancer = balancerOf(group.arn)
      const port = group.healthCheck.port === 'traffic-port' ? target.Port : Number(group.healthCheck.port)
      const reachable = balancer !== undefined && (await reaches(balancer, target.Id, port))
      return checkTarget(network, group, target, reachable)
    },
  })

  async function reaches(balancer: LoadBalancer, ip: string, port: number): Promise<boolean> {
    const eni = network.interfaceAt(ip)
    const [subnet] = balancer.subnetIds
    if (!eni || !subnet) return false
    const from = { ip: await network.addressIn(subnet), groups: balancer.securityGroups }
    return (await network.judgeRecent(from, { ip, groups: eni.securityGroups }, port)).open
  }

  async function admits({ securityGroups }: LoadBalancer, port: number): Promise<boolean> {
    if (securityGroups.length === 0) return true
    const verdicts = clients.map((ip) =>
      network.judgeRecent({ ip, groups: [] }, { ip: '', groups: securityGroups }, port),
    )
    return (await Promise.all(verdicts)).some(({ open }) => open)
  }

  // The gateway keeps the metrics.
  const gateway = { motoUrl: world.gatewayUrl || world.motoUrl, region: world.region }
  const metrics = createMetrics(queryMoto(gateway), {
    healthOf: (groupArn) => targets.membersOf(groupArn).map(({ standing }) => standing.health.State),
    balancers: () => configuration.loadBalancers,
    group: (arn) => configuration.targetGroups.get(arn),
    log: (message) => world.log('elb', message),
  })

  const upstream = createUpstream()
  const plane: Plane = {
    network,
    upstream,
    targets,
    group: (arn) => configuration.targetGroups.get(arn),
    reaches: (balancer, { target }) => reaches(balancer, target.Id, target.Port),
    admits,
    refusal: ({ arn }) => firewalls?.refusal(arn),
    publicPort: (balancer, port) => ports.portOf(balancer, port),
    record: metrics.record,
  }
  const ports = createPorts(world, certificates, (arn, listenerArn, request, clientIp) => {
    const balancer = configuration.loadBalancers.find((one) => one.arn === arn)
    const listener = balancer?.listeners.find((one) => one.arn === listenerArn)
    return balancer && listener
      ? answer(plane, balancer, listener, request, clientIp)
      : new Response(null, { status: 503 })
  })

  let reading = Promise.resolve()
  /** Takes over what moto holds now; in turn, so that an older reading never replaces a newer one. */
  function refresh(): Promise<void> {
    reading = reading.then(async () => {
      configuration = await readConfiguration(query)
      await certificates.learn(configuration.loadBalancers.flatMap(({ listeners }) => listeners))
      ports.serve(configuration.loadBalancers)
      targets.configurationChanged()
    })
    const now = reading
    reading = now.catch((cause) => world.log('elb', `The configuration could not be read: ${cause}`))
    return now
  }

  return {
    handlers: createHandlers({
      targets,
      ports,
      refresh,
      group: (arn) => configuration.targetGroups.get(arn),
      balancer: (arn) => configuration.loadBalancers.find((one) => one.arn === arn),
    }),
    targets,
    /** For whoever changed load balancers in moto behind the gateway's back. */
    refresh,
    async stop() {
      metrics.stop()
      targets.stop()
      upstream.stop()
      certificates.stop()
      await ports.stop()
    },
  }
}
