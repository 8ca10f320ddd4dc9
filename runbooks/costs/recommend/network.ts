import type { Finding, Look, Rule } from './rule.ts'
import { round } from './rule.ts'

const single = { id: 'nat-single', title: 'One NAT gateway for all zones' }
const none = { id: 'nat-none', title: 'No NAT gateway: tasks with public addresses' }
const endpoints = { id: 'endpoints', title: 'Endpoints in place of NAT' }
const backToNat = { id: 'nat-for-endpoints', title: 'One NAT gateway in place of the endpoints' }
const besideNat = { id: 'nat-for-endpoints', title: 'No endpoints beside NAT' }

/** The way out: the environment's greatest single cost. */
export const network: Rule = (look) => [
  ...nat(look),
  ...withoutEndpoints(look),
  ...withoutNat(look),
  ...byEndpoints(look),
]

function nat({ settings, situation, production }: Look): Finding[] {
  const { natMode, zones } = settings
  if (natMode === 'per_az') {
    return [
      {
        ...single,
        change: { nat_gateway_mode: 'single' },
        evidence: [`${zones} NAT gateways, one in each zone`, traffic(situation)],
        risk: production ? 'medium' : 'low',
        because: 'while the gateway’s zone is down, no task reaches the model, ECR or Secrets Manager',
        availability:
          'Running tasks go on answering from cache and documents then, and none can be started in the other zone',
        replaces: ['aws_nat_gateway.main', 'aws_eip.nat', 'aws_route.nat'],
      },
    ]
  }
  return []
}

/** Endpoints cost by the hour in each zone, whatever goes through them: little traffic is cheaper through a gateway. */
function withoutEndpoints({ settings, situation }: Look): Finding[] {
  const { natMode, zones, endpoints: present, publicTasks } = settings
  if (!present || publicTasks) return []
  const alone = natMode === 'none'
  return [
    {
      ...(alone ? backToNat : besideNat),
      change: { ...(alone && { nat_gateway_mode: 'single' }), interface_endpoints_enabled: false },
      evidence: [`endpoints in ${zones} zones`, throughEndpoints(situation), traffic(situation)],
      risk: 'low',
      because: 'traffic to AWS’s services leaves the VPC, encrypted as before',
      availability: alone ? 'One zone’s gateway carries all ways out' : 'NAT carries all ways out',
      replaces: natOrEndpoints,
    },
  ]
}

function withoutNat({ settings, situation, privateTasks, production }: Look): Finding[] {
  if (settings.natMode === 'none') return []
  if (privateTasks) {
    return [
      {
        ...none,
        refused:
          'task_public_ip is false: without NAT no task could fetch its image from ECR, or ask the model',
      },
    ]
  }
  return [
    {
      ...none,
      // Endpoints would keep tasks without addresses, and carry no model.
      change: {
        nat_gateway_mode: 'none',
        ...(settings.endpoints && { interface_endpoints_enabled: false }),
      },
      evidence: [
        `${settings.natMode === 'single' ? 'one NAT gateway' : `${settings.zones} NAT gateways`}`,
        traffic(situation),
        `${round(settings.min)} tasks would have a public address each`,
      ],
      risk: production ? 'high' : 'medium',
      because:
        'tasks stand in public subnets; their security group still admits the load balancer alone, and is then all that stands before them',
      availability:
        'Tasks are replaced by new ones with addresses; until they are, a question that is not in the cache is answered from documents',
      replaces: settings.endpoints
        ? natOrEndpoints
        : ['aws_nat_gateway.main', 'aws_eip.nat', 'aws_route.nat'],
    },
  ]
}

function byEndpoints({ settings }: Look): Finding[] {
  const { natMode, told, endpoints: present } = settings
  if (natMode === 'none') return []
  if (!insideVpc(told.OPENAI_BASE_URL)) {
    if (present) return []
    return [
      {
        ...endpoints,
        refused:
          'endpoints carry ECR, logs, Secrets Manager and Systems Manager, not the model: without NAT or public addresses every answer would come from documents alone; with openai_base_url inside the VPC it can be had',
      },
    ]
  }
  return [
    {
      ...endpoints,
      change: { nat_gateway_mode: 'none', interface_endpoints_enabled: true },
      evidence: [`the model is inside the VPC: ${told.OPENAI_BASE_URL}`],
      risk: 'medium',
      because: 'nothing but AWS’s services and the VPC can be reached by a task',
      availability: 'As before: an endpoint stands in each zone',
      replaces: natOrEndpoints,
    },
  ]
}

/** What goes on the way from NAT to endpoints or back: who agrees to the one agrees to undoing it. */
const natOrEndpoints = [
  'aws_nat_gateway.main',
  'aws_eip.nat',
  'aws_route.nat',
  'aws_vpc_endpoint.interface',
  'aws_security_group.endpoints',
  'aws_vpc_security_group_egress_rule.app_to_internet',
  'aws_vpc_security_group_egress_rule.app_to_model',
  'aws_vpc_security_group_egress_rule.app_to_s3',
  'aws_vpc_security_group_egress_rule.conversation',
  'aws_vpc_security_group_ingress_rule.conversation',
]

/** Whether a model's address is one that only the VPC has. */
function insideVpc(address: string | undefined): boolean {
  if (!address || !URL.canParse(address)) return false
  const { hostname } = new URL(address)
  return /\.(internal|local)$|^10\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(hostname)
}

function throughEndpoints({ usage, known }: Look['situation']): string {
  const how = known.measured?.endpointGb === undefined ? 'assumed' : 'measured'
  return `${round(usage.endpointGb)} GB a month through them (${how})`
}

function traffic({ usage, known }: Look['situation']): string {
  const how = known.measured?.natGb === undefined ? 'assumed' : 'measured'
  return `${round(usage.natGb)} GB a month through NAT (${how})`
}
