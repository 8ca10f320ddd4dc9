import { settingsOf } from '../settings.ts'
import { added, type Effect, edit } from './change.ts'

const ways = ['nat_gateway_mode', 'interface_endpoints_enabled', 'task_public_ip']
const natTypes = ['aws_nat_gateway', 'aws_eip']

/** `nat_gateway_mode`, `interface_endpoints_enabled` and `task_public_ip` decide the way out together. */
export const network: Effect = ({ resources, usage }, variables) => {
  if (!ways.some((name) => name in variables)) return { resources, usage }
  const now = settingsOf(resources)
  const mode = variables.nat_gateway_mode ?? now.natMode
  const endpoints = variables.interface_endpoints_enabled ?? now.endpoints
  const count = mode === 'none' ? 0 : mode === 'single' ? 1 : now.zones
  const open = variables.task_public_ip ?? (mode === 'none' && !endpoints)
  if (mode === now.natMode && endpoints === now.endpoints && open === now.publicTasks)
    return { resources, usage }

  const ofNat = (type: string, base: string) => natTypes.includes(type) && /\.(main|nat)$/.test(base)
  const kept = resources.filter(({ type, base, address, values }) => {
    if (type === 'aws_vpc_endpoint' && values.vpc_endpoint_type === 'Interface') return endpoints === true
    if (base === 'aws_route.nat') return count > 0
    return !ofNat(type, base) || indexOf(address) < count
  })
  const missing = Array.from({ length: count }, (_, index) => index).filter(
    (index) => !kept.some(({ address }) => address === `aws_nat_gateway.main[${index}]`),
  )
  const made = missing.flatMap((index) => [
    added('aws_nat_gateway', 'main', index, { allocation_id: `to-be-made-${index}` }),
    added('aws_eip', 'nat', index, { id: `to-be-made-${index}` }),
  ])
  const inside = endpoints === true && !now.endpoints ? endpointsOf(now.zones, now.executeCommand) : []
  const moved = edit([...kept, ...made, ...inside], ['aws_ecs_service'], ({ values }) => ({
    network_configuration: [
      { ...(values.network_configuration as object[] | undefined)?.[0], assign_public_ip: open },
    ],
  }))
  if (endpoints && !now.endpoints) return { resources: moved, usage: withEndpoints(usage) }
  if (now.endpoints && !endpoints) return { resources: moved, usage: withoutEndpoints(usage, now.natMode) }
  return { resources: moved, usage }
}

const indexOf = (address: string) => Number(/\[(\d+)\]$/.exec(address)?.[1] ?? 0)

/** The services that terraform/aws makes an endpoint for, in each zone. */
function endpointsOf(zones: number, executeCommand: boolean) {
  const services = [
    'ecr.api',
    'ecr.dkr',
    'logs',
    'secretsmanager',
    ...(executeCommand ? ['ssmmessages'] : []),
  ]
  const subnet_ids = Array.from({ length: zones }, (_, zone) => `private-${zone}`)
  return services.map((service) =>
    added('aws_vpc_endpoint', 'interface', service, { vpc_endpoint_type: 'Interface', subnet_ids }),
  )
}

/** What endpoints carried goes through NAT: beside what does already, or as a part of all that is taken to. */
function withoutEndpoints<U extends { natGb: number; endpointGb: number }>(usage: U, natMode: string): U {
  const { natGb, endpointGb } = usage
  return { ...usage, natGb: natMode === 'none' ? Math.max(natGb, endpointGb) : natGb + endpointGb }
}

/** What goes to AWS's own services leaves NAT: above all logs, as image layers have their free way to S3 already. */
function withEndpoints<U extends { natGb: number; endpointGb: number; logsIngestedGb: number }>(usage: U): U {
  const moved = Math.min(usage.natGb, usage.logsIngestedGb)
  return { ...usage, natGb: usage.natGb - moved, endpointGb: Math.max(usage.endpointGb, moved) }
}
