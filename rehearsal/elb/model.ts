/** What ELBv2 holds, in the form the data plane uses. */

export interface LoadBalancer {
  arn: string
  name: string
  /** `app/name/id`, as the LoadBalancer dimension of metrics has it. */
  suffix: string
  type: string
  securityGroups: string[]
  subnetIds: string[]
  idleTimeoutMs: number
  deletionProtected: boolean
  listeners: Listener[]
}

export interface Listener {
  arn: string
  port: number
  protocol: string
  /** Their ARNs. */
  certificates: string[]
  /** By priority, the default rule last. */
  rules: Rule[]
}

export interface Rule {
  arn: string
  /** Infinity for the default rule. */
  priority: number
  conditions: Condition[]
  actions: Action[]
}

export interface Condition {
  field:
    | 'path-pattern'
    | 'host-header'
    | 'http-header'
    | 'http-request-method'
    | 'query-string'
    | 'source-ip'
    | string
  values: string[]
  headerName?: string
  /** Of `query-string`: a key may be missing, which any key satisfies. */
  pairs?: { key?: string; value: string }[]
}

export type Action =
  | { type: 'forward'; groups: { arn: string; weight: number }[] }
  | { type: 'fixed-response'; status: number; contentType?: string; body: string }
  | {
      type: 'redirect'
      status: number
      protocol: string
      host: string
      port: string
      path: string
      query: string
    }
  | { type: 'unsupported'; name: string }

export interface TargetGroup {
  arn: string
  name: string
  /** `targetgroup/name/id` */
  suffix: string
  port: number
  protocol: string
  healthCheck: HealthCheck
  deregistrationDelayMs: number
  algorithm: 'round_robin' | 'least_outstanding_requests' | 'weighted_random' | string
}

export interface HealthCheck {
  enabled: boolean
  protocol: string
  /** `traffic-port` or a number. */
  port: string
  path: string
  intervalMs: number
  timeoutMs: number
  healthyThreshold: number
  unhealthyThreshold: number
  /** `200`, `200-299`, `200,301`. */
  matcher: string
}

export interface Configuration {
  loadBalancers: LoadBalancer[]
  targetGroups: Map<string, TargetGroup>
}

/** The target groups that a load balancer's rules send requests to. */
export function groupsOf({ listeners }: LoadBalancer): string[] {
  const actions = listeners.flatMap(({ rules }) => rules.flatMap((rule) => rule.actions))
  return [
    ...new Set(
      actions.flatMap((action) => (action.type === 'forward' ? action.groups.map((g) => g.arn) : [])),
    ),
  ]
}
