import { contains, prefixLength } from './addresses.ts'
import type { Verdict } from './firewall.ts'

export interface RouteTable {
  id: string
  vpcId: string
  /** Serves the subnets that name no table of their own. */
  main: boolean
  subnetIds: string[]
  /** `destination` is a block or a prefix list, `target` the id of a gateway, or `local`. */
  routes: { destination: string; target: string; state: string }[]
}

export interface VpcEndpoint {
  id: string
  vpcId: string
  type: 'Gateway' | 'Interface' | string
  /** `com.amazonaws.us-east-1.ecr.api` */
  serviceName: string
  state: string
  subnetIds: string[]
  routeTableIds: string[]
  groups: string[]
  privateDns: boolean
}

/** What of the VPCs decides where packets go. */
export interface Landscape {
  subnets: { id: string; vpcId: string; cidr: string; zone: string }[]
  routeTables: RouteTable[]
  natGateways: { id: string; subnetId: string; state: string }[]
  internetGateways: { id: string; vpcIds: string[] }[]
  endpoints: VpcEndpoint[]
}

export interface Origin {
  subnet: string
  /** Whether the interface has a public address: an internet gateway is of no use without. */
  publicIp: boolean
}

/** Whether packets from a subnet find the way to an address on the internet, and back. */
export function canReachInternet(land: Landscape, { subnet, publicIp }: Origin): Verdict {
  const table = routeTableOf(land, subnet)
  if (!table) return { open: false, why: `subnet ${subnet} has no route table` }
  const route = table.routes
    .filter(({ destination }) => contains(destination, '1.1.1.1'))
    .sort((a, b) => prefixLength(b.destination) - prefixLength(a.destination))[0]
  if (!route) return { open: false, why: `route table ${table.id} of ${subnet} has no route to the internet` }
  if (route.state === 'blackhole') return { open: false, why: `the route to ${route.target} is a black hole` }
  if (route.target.startsWith('nat-')) return throughNat(land, route.target)
  if (!route.target.startsWith('igw-'))
    return { open: false, why: `${route.target} does not lead to the internet` }
  if (!land.internetGateways.some(({ id, vpcIds }) => id === route.target && vpcIds.includes(table.vpcId))) {
    return { open: false, why: `internet gateway ${route.target} is not attached` }
  }
  return publicIp
    ? { open: true }
    : {
        open: false,
        why: `${subnet} routes to ${route.target}, which needs a public IP that the interface lacks`,
      }
}

function throughNat(land: Landscape, id: string): Verdict {
  const gateway = land.natGateways.find((nat) => nat.id === id)
  if (gateway?.state !== 'available')
    return { open: false, why: `NAT gateway ${id} is ${gateway?.state ?? 'gone'}` }
  const onward = canReachInternet(land, { subnet: gateway.subnetId, publicIp: true })
  return onward.open ? onward : { open: false, why: `NAT gateway ${id}: ${onward.why}` }
}

/** An AWS service's short name as its endpoints have it: `ecr.api`, `ecr.dkr`, `s3`, `logs`, `secretsmanager`. */
export interface ServiceOrigin extends Origin {
  service: string
}

/** Whether a task there can call an AWS service: through an endpoint of the VPC, or over the internet. */
export function canReachAws(land: Landscape, origin: ServiceOrigin): Verdict {
  if (endpointFor(land, origin)) return { open: true }
  const internet = canReachInternet(land, origin)
  return internet.open
    ? internet
    : { open: false, why: `no endpoint for ${origin.service} in the VPC, and ${internet.why}` }
}

/** The endpoint that takes a subnet's calls of a service, which then never leave the VPC. */
export function endpointFor(land: Landscape, { subnet, service }: ServiceOrigin): VpcEndpoint | undefined {
  const vpcId = land.subnets.find(({ id }) => id === subnet)?.vpcId
  const table = routeTableOf(land, subnet)
  return land.endpoints.find(
    (endpoint) =>
      endpoint.vpcId === vpcId &&
      endpoint.state === 'available' &&
      endpoint.serviceName.endsWith(`.${service}`) &&
      (endpoint.type === 'Gateway'
        ? table !== undefined && endpoint.routeTableIds.includes(table.id)
        : endpoint.privateDns && endpoint.subnetIds.length > 0),
  )
}

function routeTableOf(land: Landscape, subnet: string): RouteTable | undefined {
  const vpcId = land.subnets.find(({ id }) => id === subnet)?.vpcId
  return (
    land.routeTables.find(({ subnetIds }) => subnetIds.includes(subnet)) ??
    land.routeTables.find((table) => table.main && table.vpcId === vpcId)
  )
}
