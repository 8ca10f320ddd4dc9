import type { TargetGroup } from './model.ts'
import type { Member } from './targets.ts'

/** The group of a forward action that a request goes to: by weight, among those that have targets. */
export function chooseGroup<Group extends { weight: number }>(
  groups: Group[],
  random = Math.random,
): Group | undefined {
  const weighted = groups.filter(({ weight }) => weight > 0)
  let point = random() * weighted.reduce((sum, { weight }) => sum + weight, 0)
  return weighted.find(({ weight }) => {
    point -= weight
    return point < 0
  })
}

/**
 * Targets that may get a new request: the healthy ones; when there is none, all that are not on their way
 * out, because a load balancer that knows of no healthy target fails open.
 */
export function eligible(members: Member[]): Member[] {
  const states = (...wanted: string[]) =>
    members.filter(({ standing }) => wanted.includes(standing.health.State))
  const healthy = states('healthy', 'unavailable')
  return healthy.length > 0 ? healthy : states('initial', 'unhealthy')
}

export function chooseMember(
  members: Member[],
  algorithm: TargetGroup['algorithm'],
  random = Math.random,
): Member | undefined {
  if (algorithm === 'weighted_random') return members[Math.floor(random() * members.length)]
  const load = algorithm === 'least_outstanding_requests' ? (one: Member) => one.inFlight.size : () => 0
  // Whoever waited longest is next: a round robin that stays fair while targets come and go.
  return members.reduce<Member | undefined>(
    (best, one) =>
      !best || load(one) < load(best) || (load(one) === load(best) && one.lastSent < best.lastSent)
        ? one
        : best,
    undefined,
  )
}
