import type { ScheduledAction } from '@aws-sdk/client-application-auto-scaling'
import { isDue } from '../judge/schedule.ts'
import type { ServiceRecord } from '../service/record.ts'
import type { State } from '../state.ts'
import type { Scaling } from './record.ts'
import { scaleTo, within } from './scale.ts'

/** The minute in which a scheduled action last ran: once a minute is enough. */
const ranAt = new WeakMap<ScheduledAction, number>()

/** Runs what is due: a scheduled action sets the bounds, and the count moves to them. */
export function runSchedules(scaling: Scaling, service: ServiceRecord, state: State, now: Date): void {
  const minute = Math.floor(now.getTime() / 60_000)
  for (const action of scaling.actions.values()) {
    if (ranAt.get(action) === minute || !isDueNow(action, now)) continue
    ranAt.set(action, minute)
    // A missed run is not made up for when scaling resumes.
    if (scaling.target.SuspendedState?.ScheduledScalingSuspended) continue
    const { MinCapacity = scaling.target.MinCapacity!, MaxCapacity = scaling.target.MaxCapacity! } =
      action.ScalableTargetAction ?? {}
    Object.assign(scaling.target, { MinCapacity, MaxCapacity })
    const count = within(service.desiredCount, MinCapacity, MaxCapacity)
    scaleTo(
      state,
      service,
      scaling,
      count,
      `scheduled action name ${action.ScheduledActionName} was triggered`,
    )
  }
}

function isDueNow(action: ScheduledAction, now: Date): boolean {
  const started = action.StartTime === undefined || now >= dateOf(action.StartTime)
  const over = action.EndTime !== undefined && now > dateOf(action.EndTime)
  if (!started || over) return false
  return isDue(action.Schedule ?? '', action.Timezone ?? 'UTC', now, action.CreationTime!)
}

/** JSON requests bring dates as seconds. */
const dateOf = (value: Date | number) => (typeof value === 'number' ? new Date(value * 1000) : value)
