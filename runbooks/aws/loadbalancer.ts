import type { LoadBalancer, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Aws } from './clients'
import { type Door, doorOf } from './door'
import type { Stack } from './stack'

export async function findLoadBalancer(aws: Aws, stack: Stack): Promise<LoadBalancer | undefined> {
  const elb = await aws.elb()
  try {
    return (await elb.describeLoadBalancers({ Names: [stack.loadBalancer] })).LoadBalancers?.[0]
  } catch (error) {
    if ((error as Error).name === 'LoadBalancerNotFoundException') return undefined
    throw error
  }
}

/** Where the chatbot answers. */
export async function findDoor(aws: Aws, stack: Stack): Promise<Door | undefined> {
  const balancer = await findLoadBalancer(aws, stack)
  if (!balancer?.DNSName) return undefined
  const elb = await aws.elb()
  const { Listeners = [] } = await elb.describeListeners({ LoadBalancerArn: balancer.LoadBalancerArn! })
  return doorOf(aws, balancer, Listeners)
}

export async function targetHealth(aws: Aws, stack: Stack): Promise<TargetHealthDescription[]> {
  const elb = await aws.elb()
  const { TargetGroups } = await elb.describeTargetGroups({ Names: [stack.targetGroup] })
  const arn = TargetGroups?.[0]?.TargetGroupArn
  if (!arn) return []
  return (await elb.describeTargetHealth({ TargetGroupArn: arn })).TargetHealthDescriptions ?? []
}
