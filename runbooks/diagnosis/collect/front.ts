import { type Door, doorOf } from '../../aws/door'
import { findLoadBalancer } from '../../aws/loadbalancer'
import type { ReadySeen, TargetGroupSeen } from '../parts'
import type { BalancerSeen } from '../parts-network'
import type { Part } from '../snapshot'
import { lookAtDomain } from './domain'
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

/** The load balancer, and what the chatbot behind it says of its parts. */
export function lookAtFront(place: Place) {
  let door: Door | undefined
  const { aws, stack, region } = place
  const command = `aws elbv2 describe-load-balancers --names ${stack.loadBalancer} --region ${region}`
  const balancer = look<BalancerSeen | null>(command, async () => {
    const found = await findLoadBalancer(aws, stack)
    if (!found?.LoadBalancerArn) return null
    const elb = await aws.elb()
    const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn: found.LoadBalancerArn })
    door = await doorOf(aws, found, Listeners)
    return {
      address: door.address,
      state: found.State?.Code,
      groups: found.SecurityGroups ?? [],
      listeners: Listeners.map(({ Port, Protocol, DefaultActions = [] }) => ({
        port: Port ?? 0,
        protocol: Protocol ?? '',
        targets: DefaultActions.some(({ Type }) => Type === 'forward'),
      })),
    }
  })
  const ready = lookAfter(
    balancer,
    { what: 'the load balancer', command: () => `${door?.curl ?? 'curl'} -s ${door?.address ?? ''}/ready` },
    async () => (door ? Promise.all(Array.from({ length: times }, () => ask(door!))) : []),
  )
  return { balancer, ready, domain: lookAtDomain(balancer, () => door) }
}

/** A task that is well answers within milliseconds; one that hangs must not use up the whole look. */
const patience = 1_500

/** Each answer is one task's own. */
const times = 4

async function ask(door: Door): Promise<ReadySeen> {
  try {
    const response = await door.fetch('/ready', { signal: AbortSignal.timeout(patience) })
    return { status: response.status, degraded: degradedIn(await response.text()) }
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    return { status: 0, degraded: [], error: message, ...(code && { code }) }
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
