import { AwsError } from '../gateway/call.ts'
import * as Health from './health.ts'
import type { TargetGroup } from './model.ts'

/** As RegisterTargets names one: an address, and a port unless it is the group's own. */
export interface Target {
  Id: string
  Port?: number
}

export interface HealthChange {
  targetGroupArn: string
  target: Required<Target>
  health: Health.TargetHealth
  previous: Health.TargetHealth
}

/** A target as the data plane sees it. */
export interface Member {
  readonly group: string
  readonly target: Required<Target>
  standing: Health.Standing
  /** Requests under way; each can be cut off when the deregistration delay is over. */
  readonly inFlight: Set<() => void>
  lastSent: number
}

export interface Surroundings {
  group(arn: string): TargetGroup | undefined
  /** Whether a listener's rule sends requests there; what nobody uses is not checked. */
  inUse(arn: string): boolean
  check(group: TargetGroup, target: Required<Target>): Promise<Health.Outcome>
}

/** A new target is looked at this often, or at its interval if that is shorter, until its first success. */
const initialCheckMs = 1_000
/** The first look comes once the registration has had time to spread. */
const firstCheckMs = 400

export type Targets = ReturnType<typeof createTargets>

/** Who is registered where, how healthy, and since when. */
export function createTargets(surroundings: Surroundings) {
  const members = new Map<string, Map<string, Entry>>()
  const listeners = new Set<(change: HealthChange) => void>()
  let stopped = false

  function known(arn: string): TargetGroup {
    const group = surroundings.group(arn)
    if (!group) throw new AwsError('TargetGroupNotFound', 'One or more target groups not found')
    return group
  }

  const complete = (group: TargetGroup, { Id, Port }: Target) => ({ Id, Port: Number(Port ?? group.port) })
  const entriesOf = (arn: string) => [...(members.get(arn)?.values() ?? [])]

  function find(arn: string, target: Target): Entry | undefined {
    const { Id, Port } = complete(known(arn), target)
    return members.get(arn)?.get(`${Id}:${Port}`)
  }

  function become(entry: Entry, standing: Health.Standing): void {
    const previous = entry.standing.health
    entry.standing = standing
    const { health } = standing
    if (previous.State === health.State && previous.Reason === health.Reason) return
    const change = { targetGroupArn: entry.group, target: entry.target, health, previous }
    for (const listener of listeners) listener(change)
  }

  function register(arn: string, target: Target): void {
    const group = known(arn)
    const full = complete(group, target)
    const key = `${full.Id}:${full.Port}`
    const before = members.get(arn)?.get(key)
    if (before && before.standing.health !== Health.draining) return
    if (before) forget(before)
    const entry: Entry = {
      group: arn,
      target: full,
      standing: Health.newcomer,
      inFlight: new Set(),
      lastSent: 0,
      registered: performance.now(),
      lastCounted: Number.NEGATIVE_INFINITY,
    }
    members.set(arn, (members.get(arn) ?? new Map()).set(key, entry))
    settle(entry)
  }

  /** Brings a target in line with whether its group is used and checked. */
  function settle(entry: Entry): void {
    const group = surroundings.group(entry.group)
    const { health } = entry.standing
    if (!group || health === Health.draining) return
    const fresh = { successes: 0, failures: 0 }
    if (!surroundings.inUse(entry.group)) {
      clearTimeout(entry.timer)
      become(entry, { health: Health.notInUse, ...fresh })
    } else if (!group.healthCheck.enabled) {
      clearTimeout(entry.timer)
      become(entry, { health: Health.unchecked, ...fresh })
    } else if (health === Health.notInUse || health === Health.unchecked || health === Health.registering) {
      become(entry, Health.newcomer)
      checkIn(entry, firstCheckMs)
    }
  }

  function checkIn(entry: Entry, ms: number): void {
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => checkNow(entry), ms)
    entry.timer.unref()
  }

  async function checkNow(entry: Entry): Promise<void> {
    const group = surroundings.group(entry.group)
    if (!group || stopped) return
    const started = performance.now()
    if (entry.standing.health === Health.registering)
      become(entry, { ...entry.standing, health: Health.initial })
    const outcome = await surroundings.check(group, entry.target)
    const { health } = entry.standing
    if (stopped || entry.gone || health === Health.draining || health === Health.notInUse) return
    const { intervalMs } = group.healthCheck
    // The quick looks at a new target can only find it healthy: a failure counts once an interval.
    const early = health.State === 'initial' && !outcome.ok && started - entry.lastCounted < intervalMs
    if (!early) {
      entry.lastCounted = started
      become(entry, Health.afterCheck(entry.standing, outcome, group.healthCheck))
    }
    const every =
      entry.standing.health.State === 'initial' ? Math.min(initialCheckMs, intervalMs) : intervalMs
    checkIn(entry, Math.max(0, every - (performance.now() - started)))
  }

  function deregister(arn: string, target: Target): void {
    const entry = find(arn, target)
    if (!entry) throw new AwsError('InvalidTarget', `The following targets are not registered: ${target.Id}`)
    if (entry.standing.health === Health.draining) return
    clearTimeout(entry.timer)
    become(entry, { health: Health.draining, successes: 0, failures: 0 })
    entry.timer = setTimeout(() => leave(entry), known(arn).deregistrationDelayMs)
    entry.timer.unref()
    leaveWhenIdle(entry)
  }

  function leaveWhenIdle(entry: Entry): void {
    // Not in the same turn: whoever deregisters sees `draining` first.
    if (entry.standing.health === Health.draining && entry.inFlight.size === 0)
      setTimeout(() => leave(entry), 100)
  }

  function leave(entry: Entry): void {
    if (entry.gone) return
    forget(entry)
    for (const cutOff of entry.inFlight) cutOff()
    become(entry, { health: Health.notRegistered, successes: 0, failures: 0 })
  }

  function forget(entry: Entry): void {
    entry.gone = true
    clearTimeout(entry.timer)
    members.get(entry.group)?.delete(`${entry.target.Id}:${entry.target.Port}`)
  }

  return {
    register,
    deregister,
    health(arn: string, target: Target): Health.TargetHealth {
      return find(arn, target)?.standing.health ?? Health.notRegistered
    },
    /** How many requests a target is working on. */
    inFlight(arn: string, target: Target): number {
      return find(arn, target)?.inFlight.size ?? 0
    },
    /** Calls back at each change of a target's state or reason; gives back how to stop that. */
    onChange(listener: (change: HealthChange) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Those of a group, draining ones included, in the order they came. */
    membersOf: (arn: string): Member[] => entriesOf(arn),
    groups: () => [...members.keys()],
    /** Notes a request that a target works on; what it gives back is called when the request is over. */
    begin(member: Member, cutOff: () => void): () => void {
      member.inFlight.add(cutOff)
      member.lastSent = performance.now()
      return () => {
        member.inFlight.delete(cutOff)
        leaveWhenIdle(member as Entry)
      }
    },
    /** Called when listeners, rules or groups changed. */
    configurationChanged(): void {
      for (const [arn, entries] of members) {
        const gone = !surroundings.group(arn)
        for (const entry of [...entries.values()]) gone ? forget(entry) : settle(entry)
        if (gone) members.delete(arn)
      }
    },
    stop(): void {
      stopped = true
      for (const entries of members.values()) for (const entry of [...entries.values()]) forget(entry)
    },
  }
}

interface Entry extends Member {
  registered: number
  /** When a check last moved the thresholds. */
  lastCounted: number
  timer?: ReturnType<typeof setTimeout>
  gone?: boolean
}
