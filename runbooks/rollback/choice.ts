import type { Move } from '../aws/deployments'
import { lastServed, type Past, type Period, periodsOf } from './past'

/** Where a rollback goes by itself, and which nearer revisions it passes over, and why. */
export interface Choice {
  target: Past | undefined
  passed: { revision: string; why: string }[]
}

/**
 * The newest revision that served and was verified before the current one. Numbers say nothing: the one below may
 * have failed, or never run. One that a rollback has left is not gone back to either, unless it was found well since.
 */
export function choose(pasts: Past[], current: string, moves: Move[]): Choice {
  const periods = periodsOf(moves)
  const before = pasts
    .filter(({ arn }) => arn !== current)
    .map((past) => ({ past, served: lastServed(past, periods) }))
    .filter((one): one is { past: Past; served: Period } => one.served !== undefined)
    .sort((a, b) => b.served.from.getTime() - a.served.from.getTime())
  const passed: Choice['passed'] = []
  for (const { past } of before) {
    const why = unfit(past, moves)
    if (!why) return { target: past, passed }
    passed.push({ revision: past.arn, why })
  }
  return { target: undefined, passed }
}

function unfit(past: Past, moves: Move[]): string | undefined {
  const { verified, left } = past
  if (!verified) return 'it served, and was never found well'
  if (left && left > verified) return 'a rollback has left it'
  if (!past.active) return 'it is deregistered'
  if (past.imageThere === false) return 'its image is gone from the registry'
  const last = moves.find(({ revision }) => revision === past.arn)
  const failedSince = last && /^ROLLBACK_/.test(last.status) && last.createdAt > verified
  return failedSince ? 'the last attempt to move to it failed' : undefined
}
