import type { Move } from '../aws/deployments'
import { lastServed, type Past, type Period, periodsOf } from './past'

/** Where a rollback goes by itself, and which nearer revisions it passes over, and why. */
export interface Choice {
  target: Past | undefined
  passed: { revision: string; why: string }[]
}

type Candidate = { past: Past; served: Period; remembered: boolean; why: string | undefined }

/**
 * The newest revision that served and was verified before the current one. Numbers say nothing: the one below may
 * have failed, or never run. One that a rollback has left comes last: somebody has found it wanting.
 */
export function choose(pasts: Past[], current: string, moves: Move[]): Choice {
  const world = { pasts, moves, periods: periodsOf(moves) }
  const now = pasts.find(({ arn }) => arn === current)
  // Never found well, it is no place to go further back from: also what a rollback to it has left counts as before it.
  const limit =
    now && !now.verified
      ? world.periods.findLast(({ revision }) => revision === current)?.from
      : since(now, world)
  const before = pasts
    .filter(({ arn }) => arn !== current)
    .flatMap((past): Candidate[] => {
      const known = world.periods.filter(({ revision }) => revision === past.arn)
      // What ECS has forgotten was before all that it remembers; its mark tells when.
      const times = known.length > 0 ? known : [lastServed(past, [])]
      const served = times.findLast((period) => period && (!limit || period.from < limit))
      return served ? [{ past, served, remembered: known.length > 0, why: unfit(past, moves) }] : []
    })
    .sort((a, b) => b.served.from.getTime() - a.served.from.getTime())
  const fit = before.filter(({ why }) => !why)
  const target =
    fit.find(({ past }) => !wasLeft(past)) ?? fit.find(({ past, remembered }) => wasLeft(past) && remembered)
  const nearer = target ? before.slice(0, before.indexOf(target)) : before
  return {
    target: target?.past,
    passed: nearer.map(({ past, why }) => ({ revision: past.arn, why: why ?? 'a rollback has left it' })),
  }
}

type World = { pasts: Past[]; moves: Move[]; periods: Period[] }

/**
 * From when on the current revision counts as the current one. Where a rollback has brought it, that is its first time: what
 * was deployed after that, and taken back with it, is not "before" it, or two rollbacks would go to and fro.
 */
function since(current: Past | undefined, world: World, seen: Past[] = []): Date | undefined {
  const own = world.periods.filter(({ revision }) => revision === current?.arn)
  const [first, last] = [own[0], own.at(-1)]
  if (!current || !first || !last) return undefined
  if (!broughtBack(current, last, world.moves)) return last.from
  if (first !== last) return first.from
  // Its first time is forgotten: it was before that of the revision that the rollback left, at least.
  const left = world.pasts.find((past) => past.arn.endsWith(`/${current.rollback?.from}`))
  const before = left && !seen.includes(left) ? since(left, world, [...seen, current]) : undefined
  return before && before < first.from ? before : first.from
}

/** The mark of a rollback was made after the move before, and about when this one was. */
function broughtBack({ rollback }: Past, { began }: Period, moves: Move[]): boolean {
  if (!rollback) return false
  const previous = moves.find(({ createdAt }) => createdAt < began)
  return rollback.at.getTime() < began.getTime() + skew && !(previous && rollback.at < previous.createdAt)
}

/** Between the clock of the machine that marks and that of AWS. */
const skew = 60_000

const wasLeft = ({ left, verified }: Past) => left !== undefined && (!verified || left > verified)

function unfit(past: Past, moves: Move[]): string | undefined {
  const { verified } = past
  if (!verified) return 'it served, and was never found well'
  if (!past.active) return 'it is deregistered'
  if (past.imageThere === false) return 'its image is gone from the registry'
  const last = moves.find(({ revision }) => revision === past.arn)
  const failedSince = last && /^ROLLBACK_/.test(last.status) && last.createdAt > verified
  return failedSince ? 'the last attempt to move to it failed' : undefined
}
