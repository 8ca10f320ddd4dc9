import { hoursPerMonth, type Pricer, type UsagePricer } from '../charge.ts'
import type { Resource } from '../resources.ts'
import { flag, text } from '../values.ts'
import { oncePerWorld } from '../world.ts'
import { zonesOf } from '../zones.ts'

/** A load balancer by the hour, with a public address in each of its zones when the internet may reach it. */
export const loadBalancer: Pricer = (resource, world) => {
  const kind = text(resource, 'load_balancer_type')
  const price = typeof kind === 'string' && kind !== 'application' ? `lb.${kind}.hour` : 'alb.hour'
  const hours = { group: 'Load balancer' as const, component: 'hours', quantity: hoursPerMonth, price }
  const hidden =
    flag(resource, 'internal') === true || resource.values.ip_address_type === 'dualstack-without-public-ipv4'
  if (hidden) return [hours]
  const { zones, ...how } = zonesOf(resource, 'subnets', world)
  const quantity = zones * hoursPerMonth
  return [hours, { group: 'Load balancer', component: 'public IPv4', quantity, price: 'ipv4.hour', ...how }]
}

export const loadBalancerUse: UsagePricer = {
  types: ['aws_lb', 'aws_alb'],
  charges: ({ usage }) => [
    {
      group: 'Load balancer',
      component: 'capacity units',
      quantity: usage.loadBalancerUnits * hoursPerMonth,
      price: 'alb.lcu',
      use: 'loadBalancerUnits',
    },
  ],
}

export const natGateway: Pricer = () => [
  { group: 'NAT', component: 'hours', quantity: hoursPerMonth, price: 'nat.hour' },
]

export const natUse: UsagePricer = {
  types: ['aws_nat_gateway'],
  charges: ({ usage }) => [
    { group: 'NAT', component: 'data', quantity: usage.natGb, price: 'nat.data', use: 'natGb' },
  ],
}

/** A public IPv4 address costs the same whether it is used or forgotten. */
export const elasticIp: Pricer = (resource, world) => {
  const ofNat = natAddresses(world)
  const isOfNat = ofNat.has(resource) || ofNat.has(resource.values.allocation_id ?? resource.values.id)
  return [
    {
      group: isOfNat ? 'NAT' : 'Addresses',
      component: 'public IPv4',
      quantity: hoursPerMonth,
      price: 'ipv4.hour',
    },
  ]
}

/** The addresses of NAT gateways: their ids where they are known, else the resources that the gateways name. */
const natAddresses = oncePerWorld((world) => {
  const addresses = new Set<unknown>()
  const unknownOnes = new Map<string, Resource>()
  for (const nat of world.ofType('aws_nat_gateway')) {
    const id = nat.values.allocation_id
    if (typeof id === 'string') addresses.add(id)
    else unknownOnes.set(nat.base, nat)
  }
  for (const nat of unknownOnes.values()) {
    for (const address of world.named(nat, 'allocation_id')) addresses.add(address)
  }
  return addresses
})

/** An interface endpoint is billed in each zone; a gateway endpoint is free. */
export const endpoint: Pricer = (resource, world) => {
  if (resource.values.vpc_endpoint_type !== 'Interface') return []
  const { zones, ...how } = zonesOf(resource, 'subnet_ids', world)
  const quantity = zones * hoursPerMonth
  return [{ group: 'Endpoints', component: 'hours in each zone', quantity, price: 'endpoint.hour', ...how }]
}

export const endpointUse: UsagePricer = {
  types: ['aws_vpc_endpoint'],
  applies: ({ values }) => values.vpc_endpoint_type === 'Interface',
  charges: ({ usage }) => [
    {
      group: 'Endpoints',
      component: 'data',
      quantity: usage.endpointGb,
      price: 'endpoint.data',
      use: 'endpointGb',
    },
  ],
}

export const egress: UsagePricer = {
  types: ['aws_lb', 'aws_alb'],
  charges: ({ usage }) => [
    {
      group: 'Data transfer',
      component: 'to the internet',
      quantity: usage.egressGb,
      price: 'egress',
      use: 'egressGb',
    },
  ],
}
