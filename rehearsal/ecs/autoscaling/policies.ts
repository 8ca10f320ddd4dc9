import type {
  DeleteScalingPolicyRequest,
  DescribeScalingPoliciesRequest,
  PutScalingPolicyRequest,
  ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling'
import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import { page, wire } from '../api/wire.ts'
import type { Ground } from '../ground.ts'
import { dropAlarms, putAlarms } from './alarms.ts'
import type { Scalings } from './record.ts'
import { noTarget } from './targets.ts'

export function policyHandlers(scalings: Scalings, ground: Ground): Handlers[string] {
  const { account, region } = ground.world

  return {
    async PutScalingPolicy(call: Call) {
      const input = call.input as PutScalingPolicyRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const scaling = scalings.get(input.ResourceId!)
      if (!scaling) throw noTarget(input.ResourceId!)
      const before = scaling.policies.get(input.PolicyName!)
      const id = before?.PolicyARN ?? newArn(input.ResourceId!, input.PolicyName!)
      const policy: ScalingPolicy = {
        PolicyARN: id,
        PolicyName: input.PolicyName,
        ServiceNamespace: 'ecs',
        ResourceId: input.ResourceId,
        ScalableDimension: input.ScalableDimension,
        PolicyType: input.PolicyType ?? before?.PolicyType ?? 'StepScaling',
        StepScalingPolicyConfiguration: input.StepScalingPolicyConfiguration,
        TargetTrackingScalingPolicyConfiguration: input.TargetTrackingScalingPolicyConfiguration,
        CreationTime: before?.CreationTime ?? new Date(),
      }
      if (before) await dropAlarms(ground.moto, before)
      policy.Alarms = await putAlarms(ground.moto, policy)
      scaling.policies.set(input.PolicyName!, policy)
      return { PolicyARN: policy.PolicyARN, Alarms: policy.Alarms }
    },

    DescribeScalingPolicies(call: Call) {
      const input = call.input as DescribeScalingPoliciesRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const all = [...scalings.values()]
        .filter((it) => !input.ResourceId || it.target.ResourceId === input.ResourceId)
        .flatMap((it) => [...it.policies.values()])
        .filter((it) => !input.PolicyNames?.length || input.PolicyNames.includes(it.PolicyName!))
      const { items, nextToken } = page(all, input.MaxResults ?? 10, input.NextToken)
      return { ScalingPolicies: items.map(wire), ...(nextToken && { NextToken: nextToken }) }
    },

    async DeleteScalingPolicy(call: Call) {
      const input = call.input as DeleteScalingPolicyRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const policies = scalings.get(input.ResourceId!)?.policies
      const policy = policies?.get(input.PolicyName!)
      if (!policy)
        throw new AwsError(
          'ObjectNotFoundException',
          `No scaling policy found for service namespace: ecs, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}, policy name: ${input.PolicyName}`,
        )
      policies?.delete(input.PolicyName!)
      await dropAlarms(ground.moto, policy)
      return {}
    },
  }

  function newArn(resourceId: string, name: string): string {
    return `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${crypto.randomUUID()}:resource/ecs/${resourceId}:policyName/${name}`
  }
}
