import type { Service } from '@aws-sdk/client-ecs'
import type { Listener, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from '../aws/clients'
import { type Door, doorOf } from '../aws/door'

/** What stands in front of the service, found from the service itself: right also where names were given by hand. */
export interface Front {
  targetGroup: string
  balancer: LoadBalancer
  /** The listeners that send to the service's target group. */
  listeners: Listener[]
  /** Where the chatbot is asked. */
  door: Door
}

export async function findFront(aws: Aws, service: Service): Promise<Front | undefined> {
  const targetGroup = service.loadBalancers?.[0]?.targetGroupArn
  if (!targetGroup) return undefined
  const elb = await aws.elb()
  const { TargetGroups } = await elb.describeTargetGroups({ TargetGroupArns: [targetGroup] })
  const arn = TargetGroups?.[0]?.LoadBalancerArns?.[0]
  if (!arn) return undefined
  const [{ LoadBalancers }, { Listeners = [] }] = await Promise.all([
    elb.describeLoadBalancers({ LoadBalancerArns: [arn] }),
    elb.describeListeners({ LoadBalancerArn: arn }),
  ])
  const balancer = LoadBalancers?.[0]
  if (!balancer) return undefined
  const listeners = Listeners.filter(({ DefaultActions }) =>
    DefaultActions?.some(({ Type }) => Type === 'forward'),
  )
  return { targetGroup, balancer, listeners, door: await doorOf(aws, balancer, listeners) }
}

/** What is heard at the door, in the fewest words that tell. */
export interface Heard {
  status: number
  retryAfter: string | null
}

/** Status 0 where nobody answers. An emergency does not wait for a certificate to be renewed; verify looks at it. */
export async function knock(door: Door, signal: AbortSignal): Promise<Heard> {
  try {
    const response = await door.fetch('/health', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
      tls: { rejectUnauthorized: false },
    })
    await response.arrayBuffer()
    return { status: response.status, retryAfter: response.headers.get('retry-after') }
  } catch {
    signal.throwIfAborted()
    return { status: 0, retryAfter: null }
  }
}
