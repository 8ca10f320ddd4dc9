import type { Handlers } from '../gateway/call.ts'
import type { World } from '../world.ts'
import { toAddress, toNumber } from './addresses.ts'
import { brieflyCached } from './cache.ts'
import { judge, type Party, type Verdict } from './firewall.ts'
import { createInterfaces, type Eni } from './interfaces.ts'
import { permissionHandlers } from './permissions.ts'
import { allotPort, releasePort } from './ports.ts'
import { openPassage } from './proxies.ts'
import { withPublicAddress } from './public-addresses.ts'
import { queryMoto } from './query.ts'
import { canReachAws, canReachInternet, endpointFor, type Landscape } from './routes.ts'
import { readLandscape, readRules } from './vpc.ts'

export type { Eni } from './interfaces.ts'

/** Something that tasks connect to by name. */
export interface Endpoint {
  host: string
  port: number
  /** Where it really listens, on loopback. */
  realPort: number
  /** `internet` is beyond the VPC: its way is decided by routes, and it has no groups of its own. */
  kind: 'internet' | string
  securityGroups: string[]
  /** Where its address is taken from; without, from the VPC of the task that asks. */
  subnetIds?: string[]
  /** Speaks HTTP without TLS behind an https address. */
  plain?: boolean
}

export type Endpoints = () => Promise<Endpoint[]> | Endpoint[]

/** Stands for every address outside the VPC; of a block reserved for documentation. */
const internetAddress = '203.0.113.10'

/** One of S3's own, which its prefix list covers: groups may let tasks out to that list alone. */
const s3Address = '52.216.0.10'

export type Network = ReturnType<typeof createNetwork>

/** The VPC's network: who has which address, and whether a packet from one to another gets there. */
export function createNetwork(world: World) {
  const query = queryMoto(world)
  const rules = brieflyCached(() => readRules(query))
  const landscape = brieflyCached(() => readLandscape(query))
  const interfaces = createInterfaces(query)
  const sources: Endpoints[] = []
  const tasks = new Map<string, Ports>()

  const endpoints = async () => (await Promise.all(sources.map((source) => source()))).flat()

  function portsOf(eni: Eni): Ports {
    const ports = tasks.get(eni.id) ?? { eni, listening: new Map(), passages: [], allotted: [] }
    tasks.set(eni.id, ports)
    return ports
  }

  function newPort(ports: Ports): number {
    const port = allotPort()
    ports.allotted.push(port)
    return port
  }

  function listen(eni: Eni, containerPort: number): number {
    const ports = portsOf(eni)
    const port = ports.listening.get(containerPort) ?? newPort(ports)
    ports.listening.set(containerPort, port)
    return port
  }

  function lookup(ip: string, port: number): number | undefined {
    for (const { eni, listening } of tasks.values()) if (eni.privateIp === ip) return listening.get(port)
    return undefined
  }

  async function decide(eni: Eni, endpoint: Endpoint): Promise<Verdict> {
    const inVpc = endpoint.kind !== 'internet'
    const ip = inVpc ? addressOf(endpoint, eni, await landscape.recent()) : internetAddress
    const to: Party = { ip, groups: inVpc ? endpoint.securityGroups : [] }
    const passed = judge(await rules.read(), partyOf(eni), to, endpoint.port)
    return passed.open && !inVpc ? routeOut(eni) : passed
  }

  async function routeOut(eni: Eni, atMostMs?: number): Promise<Verdict> {
    const origin = { subnet: eni.subnetId, publicIp: eni.publicIp !== undefined }
    return canReachInternet(await landscape.read(atMostMs), origin)
  }

  function openFor(ports: Ports, endpoint: Endpoint): number {
    const { eni } = ports
    const address = `${endpoint.host}:${endpoint.port}`
    const port = newPort(ports)
    const passage = openPassage(port, {
      decide: async () => {
        // Asked anew each time: the store may be gone, restored elsewhere, or have other groups by now.
        const now = (await endpoints()).find(({ host, port }) => `${host}:${port}` === address)
        return { verdict: now ? await decide(eni, now) : { open: true }, realPort: now?.realPort }
      },
      ...(endpoint.kind === 'internet' ? { stillOpen: () => routeOut(eni, 1_000) } : {}),
      onDropped: (why) => world.log('network', `${eni.privateIp} to ${address}: dropped, ${why}`),
    })
    ports.passages.push(passage)
    return port
  }

  function openSilent(ports: Ports): number {
    const port = newPort(ports)
    const verdict = { open: false as const, why: 'nothing is known at that address' }
    const passage = openPassage(port, {
      decide: async () => ({ verdict, realPort: undefined }),
      onDropped: (why) => world.log('network', `${ports.eni.privateIp}: dropped, ${why}`),
    })
    ports.passages.push(passage)
    return port
  }

  /** What the processes of a task are started with; the same for its program and its health check. */
  async function processEnvironment(eni: Eni, portMappings: number[]) {
    const ports = portsOf(eni)
    ports.environment ??= (async () => {
      const known = await endpoints()
      const map = {
        listen: Object.fromEntries(portMappings.map((port) => [port, listen(eni, port)])),
        hosts: Object.fromEntries(
          known.map((one) => [`${one.host}:${one.port}`.toLowerCase(), openFor(ports, one)]),
        ),
        plain: known.filter(({ plain }) => plain).map((one) => `${one.host}:${one.port}`.toLowerCase()),
        silent: openSilent(ports),
      }
      return { preload: `${import.meta.dir}/preload.ts`, env: { REHEARSAL_NETWORK: JSON.stringify(map) } }
    })()
    return ports.environment
  }

  async function detach(eni: Eni): Promise<void> {
    const ports = tasks.get(eni.id)
    tasks.delete(eni.id)
    if (ports) closeAll(ports)
    await interfaces.detach(eni)
  }

  /** Whether a task there can call an AWS service, by `ecr.api`, `ecr.dkr`, `s3`, `secretsmanager` or `logs`. */
  async function reachAws(eni: Eni, service: string): Promise<Verdict> {
    const [land, current] = await Promise.all([landscape.read(), rules.read()])
    const origin = { subnet: eni.subnetId, publicIp: eni.publicIp !== undefined, service }
    const way = canReachAws(land, origin)
    if (!way.open) return way
    const endpoint = endpointFor(land, origin)
    const to =
      endpoint?.type === 'Interface'
        ? { ip: hostAddress(land, endpoint.subnetIds[0] ?? eni.subnetId), groups: endpoint.groups }
        : { ip: service === 's3' ? s3Address : internetAddress, groups: [] }
    return judge(current, partyOf(eni), to, 443)
  }

  // No more of EC2 than this is handled: for actions that no handler takes, the gateway need not load EC2's
  // service model, which is by far AWS's largest.
  const handlers: Handlers = {
    ec2: {
      ...permissionHandlers(query),
      DescribeNetworkInterfaces: async (call) => withPublicAddress(await call.forward(), interfaces.attached),
    },
  }

  return {
    attach: interfaces.attach,
    detach,
    listen,
    lookup,
    processEnvironment,
    reachAws,
    handlers,
    /** Names that tasks can connect to: one, or a source that is asked at each task's start and connection. */
    registerEndpoint(source: Endpoint | Endpoints) {
      sources.push(typeof source === 'function' ? source : () => [source])
    },
    /** Whether a connection passes the security groups of both ends, as they stand now. */
    judge: async (from: Party, to: Party, port: number) => judge(await rules.read(), from, to, port),
    /** The same from rules that may be a second old when EC2 was changed behind the gateway's back. */
    judgeRecent: async (from: Party, to: Party, port: number) => judge(await rules.recent(), from, to, port),
    /** An address of a subnet for something that has one there but no interface of its own. */
    addressIn: async (subnetId: string) => hostAddress(await landscape.recent(), subnetId),
    /** The interface that has an address, if a task has it. */
    interfaceAt: (ip: string) => [...interfaces.attached.values()].find((eni) => eni.privateIp === ip),
    landscape: landscape.read,
    /** Interfaces of EC2 go with moto; ports and proxies go here. */
    async stop() {
      for (const ports of tasks.values()) closeAll(ports)
      tasks.clear()
    },
  }
}

interface Ports {
  eni: Eni
  /** Container port → loopback port. */
  listening: Map<number, number>
  passages: { close(): void }[]
  allotted: number[]
  environment?: Promise<{ preload: string; env: Record<string, string> }>
}

function closeAll({ passages, allotted }: Ports): void {
  for (const passage of passages) passage.close()
  for (const port of allotted) releasePort(port)
}

function partyOf(eni: Eni): Party {
  return { ip: eni.privateIp, groups: eni.securityGroups }
}

/** Rules that name blocks need an address of the store: one of its own subnets, or of the task's VPC. */
function addressOf(endpoint: Endpoint, eni: Eni, land: Landscape): string {
  return hostAddress(land, endpoint.subnetIds?.[0] ?? eni.subnetId)
}

function hostAddress(land: Landscape, subnetId: string): string {
  const cidr = land.subnets.find(({ id }) => id === subnetId)?.cidr ?? '0.0.0.0/32'
  return toAddress(toNumber(cidr.split('/')[0] ?? '') + 4)
}
