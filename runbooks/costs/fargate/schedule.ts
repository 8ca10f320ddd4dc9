import type { Resource } from '../resources.ts'
import { blocks, text } from '../values.ts'
import { minutesOfWeek } from './cron.ts'

export interface Limits {
  min: number
  max: number
}

const week = 7 * 24 * 60

/**
 * The tasks that run on average over a week of scheduled actions: target tracking brings an idle service down to the
 * fewest in force, and a schedule that moves that floor moves the bill. Undefined for a schedule that is not weekly.
 */
export function averageTasks(limits: Limits, actions: readonly Resource[]): number | undefined {
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
  let taskMinutes = 0
  // A round before the one that counts brings the bounds to where every week begins.
  for (const counts of [false, true]) {
    let since = 0
    for (const move of [...moves, { at: week, min: undefined, max: undefined }]) {
      if (counts) taskMinutes += Math.min(min, max) * (move.at - since)
      since = move.at
      min = move.min ?? min
      max = move.max ?? max
    }
  }
  return taskMinutes / week
}

/** An empty or missing bound leaves the one in force. */
function bound(value: unknown): number | undefined {
  const given = value === undefined || value === null || value === '' ? Number.NaN : Number(value)
  return Number.isFinite(given) ? given : undefined
}
