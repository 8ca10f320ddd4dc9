import type { ReadySeen, TargetGroupSeen } from '../parts'
import type { BalancerSeen } from '../parts-network'
import type { Part } from '../snapshot'
import { look, lookAfter, type Place, unless } from './look'

export function lookAtTargets({ aws, stack, region }: Place): Promise<Part<TargetGroupSeen | null>> {
  const group = `"$(aws elbv2 describe-target-groups --names ${stack.targetGroup} --region ${region} --query 'TargetGroups[0].TargetGroupArn' --output text)"`
  return look(`aws elbv2 describe-target-health --region ${region} --target-group-arn ${group}`, async () => {
    const elb = await aws.elb()
    const answer = await unless(
      /^TargetGroupNotFound/,
      elb.describeTargetGroups({ Names: [stack.targetGroup] }),
    )
    const found = answer?.TargetGroups?.[0]
    if (!found?.TargetGroupArn) return null
    const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({
      TargetGroupArn: found.TargetGroupArn,
    })
    return {
      arn: found.TargetGroupArn,
      path: found.HealthCheckPath,
      matcher: found.Matcher?.HttpCode,
      healthPort: found.HealthCheckPort,
      protocol: found.HealthCheckProtocol,
      targets: TargetHealthDescriptions.slice(0, 200).map(({ Target, TargetHealth }) => ({
        id: Target?.Id ?? '',
        port: Target?.Port,
        state: TargetHealth?.State ?? '',
        ...(TargetHealth?.Reason && { reason: TargetHealth.Reason }),
        ...(TargetHealth?.Description && { text: TargetHealth.Description }),
      })),
    }
  })
}

export function lookAtBalancer({ aws, stack, region }: Place): Promise<Part<BalancerSeen | null>> {
  const { loadBalancer } = stack
  return look(`aws elbv2 describe-load-balancers --names ${loadBalancer} --region ${region}`, async () => {
    const elb = await aws.elb()
    const answer = await unless(/^LoadBalancerNotFound/, elb.describeLoadBalancers({ Names: [loadBalancer] }))
    const found = answer?.LoadBalancers?.[0]
    if (!found?.LoadBalancerArn) return null
    const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn: found.LoadBalancerArn })
    const listeners = Listeners.map(({ Port, Protocol, DefaultActions = [] }) => ({
      port: Port ?? 0,
      protocol: Protocol ?? '',
      targets: DefaultActions.some(({ Type }) => Type === 'forward'),
    }))
    const secure = listeners.some(({ protocol }) => protocol === 'HTTPS')
    return {
      address: `${secure ? 'https' : 'http'}://${found.DNSName}`,
      state: found.State?.Code,
      groups: found.SecurityGroups ?? [],
      listeners,
    }
  })
}

/** Each answer is one task's own. */
const times = 4

/** What the chatbot itself says of its parts, asked at its own address. */
export function lookAtReady(balancer: Promise<Part<BalancerSeen | null>>): Promise<Part<ReadySeen[]>> {
  return lookAfter(
    balancer,
    { what: 'the load balancer', command: (it) => `curl -s ${it?.address ?? ''}/ready` },
    async (it) => (it ? Promise.all(Array.from({ length: times }, () => ask(`${it.address}/ready`))) : []),
  )
}

async function ask(url: string): Promise<ReadySeen> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) })
    const text = await response.text()
    return { status: response.status, degraded: degradedIn(text) }
  } catch (error) {
    return { status: 0, degraded: [], error: (error as Error).message }
  }
}

function degradedIn(text: string): string[] {
  try {
    const { degraded } = JSON.parse(text) as { degraded?: unknown }
    return Array.isArray(degraded) ? degraded.filter((one) => typeof one === 'string').slice(0, 10) : []
  } catch {
    return []
  }
}
