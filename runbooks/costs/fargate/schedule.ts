import type { Resource } from '../resources.ts'
import { blocks, text } from '../values.ts'
import { minutesOfWeek } from './cron.ts'

export interface Limits {
  min: number
  max: number
}

const week = 7 * 24 * 60

/**
 * The tasks that run on average under scheduled actions, when nothing but the schedule moves the count: it is
 * pushed into the bounds in force, and stays where it was pushed. Undefined for a schedule that is not weekly.
 */
export function averageTasks(
  desired: number,
  limits: Limits,
  actions: readonly Resource[],
): number | undefined {
  const moves: { at: number; min: number | undefined; max: number | undefined }[] = []
  for (const action of actions) {
    const schedule = text(action, 'schedule')
    const times = typeof schedule === 'string' ? minutesOfWeek(schedule) : undefined
    if (!times) return undefined
    const bounds = blocks(action, 'scalable_target_action')[0] ?? {}
    for (const at of times)
      moves.push({ at, min: bound(bounds.min_capacity), max: bound(bounds.max_capacity) })
  }
  moves.sort((a, b) => a.at - b.at)
  let { min, max } = limits
  let tasks = Math.min(Math.max(desired, min), max)
  let taskMinutes = 0
  // The first week only brings the count to where every further week begins.
  for (const [weekNumber, counts] of [false, true].entries()) {
    let since = weekNumber * week
    for (const move of moves) {
      const at = weekNumber * week + move.at
      if (counts) taskMinutes += tasks * (at - since)
      since = at
      min = move.min ?? min
      max = move.max ?? max
      tasks = Math.min(Math.max(tasks, min), max)
    }
    if (counts) taskMinutes += tasks * ((weekNumber + 1) * week - since)
  }
  return taskMinutes / week
}

/** An empty or missing bound leaves the one in force. */
function bound(value: unknown): number | undefined {
  const given = value === undefined || value === null || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(given) ? given : undefined
}
