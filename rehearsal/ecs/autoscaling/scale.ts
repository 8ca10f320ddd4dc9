import type { ServiceRecord } from '../service/record.ts'
import type { State } from '../state.ts'
import type { Scaling } from './record.ts'

/** The count within the target's bounds. */
export const within = (count: number, min: number, max: number) => Math.min(Math.max(count, min), max)

/** Sets a service's desired count as Application Auto Scaling does, and leaves an activity. */
export function scaleTo(
  state: State,
  service: ServiceRecord,
  scaling: Scaling,
  count: number,
  cause: string,
): void {
  if (count === service.desiredCount) return
  service.desiredCount = count
  service.steady = false
  state.wake(service)
  const now = new Date()
  scaling.activities.unshift({
    ActivityId: crypto.randomUUID(),
    ServiceNamespace: 'ecs',
    ResourceId: scaling.target.ResourceId,
    ScalableDimension: scaling.target.ScalableDimension,
    Description: `Setting desired count to ${count}.`,
    Cause: cause,
    StartTime: now,
    EndTime: now,
    StatusCode: 'Successful',
    StatusMessage: `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`,
  })
}
