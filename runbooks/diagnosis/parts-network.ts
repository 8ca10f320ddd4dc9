/** The network as it is collected: who may talk to whom, and which way leads out. */
export interface NetworkParts {
  balancer: BalancerSeen | null
  groups: GroupSeen[]
  routes: RoutesSeen
}

export interface BalancerSeen {
  address: string
  state: string | undefined
  groups: string[]
  listeners: { port: number; protocol: string; targets: boolean }[]
}

export interface GroupSeen {
  id: string
  name: string
  ingress: RuleSeen[]
  egress: RuleSeen[]
  /** What its rules bear too, as whoever made them does it; without a name of its own. */
  tags?: Record<string, string>
}

/** A line of a security group; a port of `-1` is every one. */
export interface RuleSeen {
  protocol: string
  from: number
  to: number
  groups: string[]
  blocks: string[]
  lists: string[]
}

export interface RoutesSeen {
  subnets: SubnetSeen[]
  gateways: { id: string; state: string }[]
  /** Services of AWS that the VPC has an endpoint for, e.g. `ecr.api`. */
  endpoints: { service: string; state: string }[]
}

export interface SubnetSeen {
  id: string
  block: string
  zone: string
  free: number
  /** Its way to the internet: what it leads to and whether that is there; absent where there is no route. */
  out: { to: string; state: string } | undefined
}
