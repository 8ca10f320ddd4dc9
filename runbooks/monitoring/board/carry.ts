import type { Look } from '../model'

/** What is shown on from an earlier look, because this one could not see it. */
export interface Stale {
  part: string
  /** Seconds: when it was last seen. */
  since: number
  reason: string
}

export interface Carried {
  look: Look
  stale: Stale[]
}

/** After so many seconds without an answer, what was seen before says nothing of now. */
const most = 300

const parts = ['series', 'service', 'commit', 'targets', 'database', 'cache', 'alarms', 'cost'] as const

/** A look with its gaps filled from the one before, as long as that is young: a throttled call is no outage. */
export function carry(before: Carried | undefined, look: Look): Carried {
  const stale: Stale[] = []
  const filled = { ...look }
  for (const part of parts) {
    const now = look[part]
    if (!('reason' in now)) continue
    const earlier = before?.look[part]
    const reason = String(now.reason)
    if (!before || !earlier || 'reason' in earlier) continue
    const since = before.stale.find((one) => one.part === part)?.since ?? before.look.now
    if (look.now - since > most) continue
    Object.assign(filled, { [part]: earlier })
    stale.push({ part, since, reason })
  }
  return { look: filled, stale }
}

/** Whether nothing at all answered, and why. */
export function allLost(looks: Look[]): string | undefined {
  const gaps = looks.map((look) => parts.filter((part) => 'reason' in look[part]))
  // What a revision was built from is remembered, and needs no call.
  if (!gaps.every((missing) => parts.every((part) => part === 'commit' || missing.includes(part))))
    return undefined
  const [first] = looks
  return first && 'reason' in first.service ? first.service.reason : 'nothing answers'
}
