import type {
  DeleteScheduledActionRequest,
  DescribeScheduledActionsRequest,
  PutScheduledActionRequest,
} from '@aws-sdk/client-application-auto-scaling'
import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import { page, wire } from '../api/wire.ts'
import type { Ground } from '../ground.ts'
import type { Scalings } from './record.ts'
import { noTarget } from './targets.ts'

export function scheduleHandlers(scalings: Scalings, ground: Ground): Handlers[string] {
  const { account, region } = ground.world

  return {
    PutScheduledAction(call: Call) {
      const input = call.input as PutScheduledActionRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const scaling = scalings.get(input.ResourceId!)
      if (!scaling) throw noTarget(input.ResourceId!)
      const { ResourceId, ScheduledActionName: name, StartTime, EndTime } = input
      const before = scaling.actions.get(name!)
      scaling.actions.set(name!, {
        ScheduledActionName: name,
        ScheduledActionARN: `arn:aws:autoscaling:${region}:${account}:scheduledAction:${crypto.randomUUID()}:resource/ecs/${ResourceId}:scheduledActionName/${name}`,
        CreationTime: new Date(),
        ...before,
        ServiceNamespace: 'ecs',
        ResourceId,
        ScalableDimension: input.ScalableDimension,
        Schedule: input.Schedule ?? before?.Schedule,
        Timezone: input.Timezone ?? before?.Timezone ?? 'UTC',
        StartTime,
        EndTime,
        ScalableTargetAction: input.ScalableTargetAction ?? before?.ScalableTargetAction,
      })
      return {}
    },

    DescribeScheduledActions(call: Call) {
      const input = call.input as DescribeScheduledActionsRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      const all = [...scalings.values()]
        .filter((it) => !input.ResourceId || it.target.ResourceId === input.ResourceId)
        .flatMap((it) => [...it.actions.values()])
        .filter(
          (it) =>
            !input.ScheduledActionNames?.length ||
            input.ScheduledActionNames.includes(it.ScheduledActionName!),
        )
      const { items, nextToken } = page(all, input.MaxResults ?? 50, input.NextToken)
      return { ScheduledActions: items.map(wire), ...(nextToken && { NextToken: nextToken }) }
    },

    DeleteScheduledAction(call: Call) {
      const input = call.input as DeleteScheduledActionRequest
      if (input.ServiceNamespace !== 'ecs') return call.forward()
      if (!scalings.get(input.ResourceId!)?.actions.delete(input.ScheduledActionName!))
        throw new AwsError(
          'ObjectNotFoundException',
          `No scheduled action found for service namespace: ecs, resource ID: ${input.ResourceId}, scalable dimension: ${input.ScalableDimension}, scheduled action name: ${input.ScheduledActionName}`,
        )
      return {}
    },
  }
}
