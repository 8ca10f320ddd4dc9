import { look, type Place } from '../../diagnosis/collect/look'
import { isSeen, type Part } from '../../diagnosis/snapshot'
import type { TargetsSeen } from '../model'
import type { Finder } from './find'
import { atPlace, type Memory } from './memory'

/** The load balancer's ARN. */
export function lookAtBalancer({ stack, region }: Place, find: Finder): Promise<Part<string | null>> {
  return look(
    `aws elbv2 describe-load-balancers --names ${stack.loadBalancer} --region ${region}`,
    async () => (await find.balancerArn(stack)) ?? null,
  )
}

export function lookAtTargetGroup({ stack, region }: Place, find: Finder): Promise<Part<string | null>> {
  return look(
    `aws elbv2 describe-target-groups --names ${stack.targetGroup} --region ${region}`,
    async () => (await find.targetGroupArn(stack)) ?? null,
  )
}

export function lookAtTargets(
  { aws, region }: Place,
  group: Promise<Part<string | null>>,
  memory: Memory,
): Promise<Part<TargetsSeen | null>> {
  const command = `aws elbv2 describe-target-health --target-group-arn ${memory.targetGroupArn ?? 'TARGET_GROUP_ARN'} --region ${region}`
  return look(command, async () => {
    const seen = await atPlace(memory.targetGroupArn, found(group), async (TargetGroupArn) => {
      const elb = await aws.elb()
      const { TargetHealthDescriptions = [] } = await elb.describeTargetHealth({ TargetGroupArn })
      const states = TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State ?? '')
      const count = (state: string) => states.filter((one) => one === state).length
      const [healthy, unhealthy] = [count('healthy'), count('unhealthy')]
      return { healthy, unhealthy, other: states.length - healthy - unhealthy }
    })
    return seen ?? null
  })
}

/** A part's value; a gap is thrown, to be told as the reason of whatever needed it. */
export async function found<T>(part: Promise<Part<T | null>>): Promise<T | undefined> {
  const it = await part
  if (isSeen(it)) return it.value ?? undefined
  throw new Error(it.reason)
}

/** From the ARN of a load balancer or target group: what CloudWatch calls it. */
export const dimensionOf = (arn: string | undefined) =>
  arn?.match(/:loadbalancer\/(.+)$/)?.[1] ?? arn?.match(/:(targetgroup\/.+)$/)?.[1]
