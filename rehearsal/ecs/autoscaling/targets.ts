import type {
  DeregisterScalableTargetRequest,
  DescribeScalableTargetsRequest,
  DescribeScalingActivitiesRequest,
  RegisterScalableTargetRequest,
} from '@aws-sdk/client-application-auto-scaling'
import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import { page, wire } from '../api/wire.ts'
import type { Ground } from '../ground.ts'
import { hexId } from '../ids.ts'
import type { ServiceRecord } from '../service/record.ts'
import type { State } from '../state.ts'
import { dropAlarms } from './alarms.ts'
import { dimension, type Scaling, type Scalings, serviceOf } from './record.ts'
import { scaleTo, within } from './scale.ts'

const validation = (message: string) => new AwsError('ValidationException', message)

/** Scalable targets: the bounds of a service's desired count, and what may move it. */
export function targetHandlers(scalings: Scalings, state: State, ground: Ground): Handlers[string] {
  const { account, region } = ground.world
  const role = `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`

  function serviceAt(resourceId: string): ServiceRecord | undefined {
    const at = serviceOf(resourceId)
    const service = at && state.services.get(ground.arns.service(at.cluster, at.name))
    return service?.status === 'INACTIVE' ? undefined : service
  }

  function create(input: RegisterScalableTargetRequest): Scaling {
    if (input.MinCapacity === undefined || input.MaxCapacity === undefined)
      throw validation('Min and max capacity must be specified when registering a new scalable target.')
    const target = {
      ScalableTargetARN: `arn:aws:application-autoscaling:${region}:${account}:scalable-target/${hexId()}`,
      ServiceNamespace: 'ecs' as const,
      ResourceId: input.ResourceId,
      ScalableDimension: dimension as typeof dimension & 'ecs:service:DesiredCount',
      MinCapacity: input.MinCapacity,
      MaxCapacity: input.MaxCapacity,
      RoleARN: input.RoleARN ?? role,
      CreationTime: new Date(),
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
    }
    return { target, tags: {}, policies: new Map(), actions: new Map(), activities: [] }
  }

  return {
    RegisterScalableTarget(call: Call) {
      const input = call.input as RegisterScalableTargetRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const service = serviceAt(input.ResourceId!)
      if (!service) throw validation(`ECS service doesn't exist: ${input.ResourceId}`)
      const scaling = scalings.get(input.ResourceId!) ?? create(input)
      const { target } = scaling
      const min = input.MinCapacity ?? target.MinCapacity!
      const max = input.MaxCapacity ?? target.MaxCapacity!
      if (min > max) throw validation('Maximum capacity cannot be less than minimum capacity')
      Object.assign(target, { MinCapacity: min, MaxCapacity: max })
      Object.assign(target.SuspendedState!, input.SuspendedState)
      Object.assign(scaling.tags, input.Tags)
      scalings.set(input.ResourceId!, scaling)
      // At once, and also when only the flags change: a service at 0 with a minimum of 1 starts again here.
      const count = within(service.desiredCount, min, max)
      const bound = count > service.desiredCount ? 'minimum' : 'maximum'
      scaleTo(state, service, scaling, count, `${bound} capacity was set to ${count}`)
      return { ScalableTargetARN: target.ScalableTargetARN }
    },

    DescribeScalableTargets(call: Call) {
      const input = call.input as DescribeScalableTargetsRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const all = [...scalings.values()]
        .map((it) => it.target)
        .filter((it) => !input.ResourceIds?.length || input.ResourceIds.includes(it.ResourceId!))
        .filter((it) => !input.ScalableDimension || input.ScalableDimension === it.ScalableDimension)
      const { items, nextToken } = page(all, input.MaxResults ?? 50, input.NextToken)
      return { ScalableTargets: items.map(wire), ...(nextToken && { NextToken: nextToken }) }
    },

    async DeregisterScalableTarget(call: Call) {
      const input = call.input as DeregisterScalableTargetRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const scaling = scalings.get(input.ResourceId!)
      if (!scaling) throw noTarget(input.ResourceId!)
      scalings.delete(input.ResourceId!)
      await Promise.all([...scaling.policies.values()].map((policy) => dropAlarms(ground.moto, policy)))
      return {}
    },

    DescribeScalingActivities(call: Call) {
      const input = call.input as DescribeScalingActivitiesRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const all = [...scalings.values()]
        .filter((it) => !input.ResourceId || it.target.ResourceId === input.ResourceId)
        .flatMap((it) => it.activities)
      const { items, nextToken } = page(all, input.MaxResults ?? 50, input.NextToken)
      return { ScalingActivities: items.map(wire), ...(nextToken && { NextToken: nextToken }) }
    },
  }
}

export const noTarget = (resourceId: string) =>
  new AwsError(
    'ObjectNotFoundException',
    `No scalable target found for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ${dimension}`,
  )
