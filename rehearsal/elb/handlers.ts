import { AwsError, type Call, type Handlers } from '../gateway/call.ts'
import { notRegistered } from './health.ts'
import type { LoadBalancer, TargetGroup } from './model.ts'
import type { Ports } from './ports.ts'
import type { Target, Targets } from './targets.ts'

interface Parts {
  targets: Targets
  ports: Pick<Ports, 'reserve'>
  refresh(): Promise<void>
  group(arn: string): TargetGroup | undefined
  balancer(arn: string): LoadBalancer | undefined
}

/** ELBv2's API: moto keeps the objects, targets and their health are ours, every DNS name leads here. */
export function createHandlers({ targets, ports, refresh, group, balancer }: Parts): Handlers {
  const targetsOf = (call: Call): Target[] => {
    const given = call.input.Targets as { Id: string; Port?: number | string }[] | undefined
    return (given ?? []).map(({ Id, Port }) => (Port === undefined ? { Id } : { Id, Port: Number(Port) }))
  }

  function health(call: Call) {
    const arn = String(call.input.TargetGroupArn)
    const of = group(arn)
    if (!of) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found')
    const members = targets.membersOf(arn)
    const asked = targetsOf(call)
    const described = asked.length > 0 ? asked : members.map(({ target }) => target)
    return {
      TargetHealthDescriptions: described.map(({ Id, Port }) => {
        const port = Port ?? of.port
        const known = members.find(({ target }) => target.Id === Id && target.Port === port)
        const checked = of.healthCheck.port === 'traffic-port' ? port : of.healthCheck.port
        return {
          Target: { Id, Port: port },
          HealthCheckPort: String(checked),
          TargetHealth: { ...(known?.standing.health ?? notRegistered) },
        }
      }),
    }
  }

  /** Forwards the call and takes over what it changed, before the caller hears of it. */
  async function pass(call: Call): Promise<Response> {
    const answer = await call.forward()
    const reads = call.action.startsWith('Describe') || call.action.startsWith('Get')
    if (!reads && answer.ok) await refresh()
    return withLocalNames(answer, ports)
  }

  return {
    elasticloadbalancing: {
      RegisterTargets(call) {
        for (const target of targetsOf(call)) targets.register(String(call.input.TargetGroupArn), target)
        return {}
      },
      DeregisterTargets(call) {
        for (const target of targetsOf(call)) targets.deregister(String(call.input.TargetGroupArn), target)
        return {}
      },
      DescribeTargetHealth: health,
      DeleteLoadBalancer(call) {
        const arn = String(call.input.LoadBalancerArn)
        if (!balancer(arn)?.deletionProtected) return pass(call)
        throw new AwsError(
          'OperationNotPermitted',
          `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
        )
      },
      '*': pass,
    },
  }
}

/** Replaces each load balancer's DNS name by the address on loopback where it listens. */
async function withLocalNames(answer: Response, ports: Pick<Ports, 'reserve'>): Promise<Response> {
  const text = await answer.text()
  const local = text.replace(
    /(<LoadBalancerArn>(arn:[^<]+:loadbalancer\/[^<]+)<\/LoadBalancerArn>(?:(?!<LoadBalancerArn>)[\s\S])*?<DNSName>)[^<]*(<\/DNSName>)/g,
    (_, before: string, arn: string, after: string) => `${before}127.0.0.1:${ports.reserve(arn)}${after}`,
  )
  const headers = new Headers(answer.headers)
  headers.delete('content-length')
  headers.delete('content-encoding')
  return new Response(local, { status: answer.status, headers })
}
