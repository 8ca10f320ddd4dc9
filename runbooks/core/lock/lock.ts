import { stackOf } from '../../aws/stack'
import type { Aws } from '../aws'
import { duration } from '../duration'
import { Failed, Refused } from '../errors'
import type { RunEvent } from '../events'
import type { Objects } from '../objects/objects'
import { type Holder, isGone, localUser, thisProcess } from './holder'

/** `locks/<environment>.json`: who changes the environment, with what, since when, and until when unless renewed. */
export interface Lock extends Holder {
  environment: string
  who: string
  what: string
  run: string
  since: string
  until: string
}

/** A lock left by a killed run blocks others at most this long; a living run renews it well before. */
const fiveMinutes = 5 * 60_000
/** Clocks of two machines differ a little. */
const skew = 10_000

interface Held {
  lock: Lock
  store: Objects
  version: string
  timer: Timer
  /** The renewal under way; the version is its own afterwards. */
  renewing: Promise<void>
}

interface LocksOptions {
  id: string
  runbook: string
  again: string
  aws: Pick<Aws, 'state' | 'identity'>
  emit: (event: RunEvent) => void
  lost: (error: Error) => void
  /** How long a lock is good for, and how often it is renewed. */
  lifetimeMs?: number
}

/** The locks one run holds. Taking one twice is holding it once, so that a called runbook is inside its caller's. */
export class Locks {
  readonly #held = new Map<string, Promise<Held>>()
  readonly #lifetime: number

  constructor(private readonly options: LocksOptions) {
    this.#lifetime = options.lifetimeMs ?? fiveMinutes
  }

  take(environment: string): Promise<void> {
    const taking = this.#held.get(environment) ?? this.#acquire(environment)
    this.#held.set(environment, taking)
    taking.catch(() => this.#held.delete(environment))
    return taking.then(() => {})
  }

  /** Gives all back; returns what could not be given back, which never hides how the run itself ended. */
  async release(): Promise<Error[]> {
    const results = await Promise.allSettled([...this.#held.values()].map(giveBack))
    this.#held.clear()
    return results.flatMap((result) => (result.status === 'rejected' ? [asError(result.reason)] : []))
  }

  async #acquire(environment: string): Promise<Held> {
    const { id, runbook, aws, again } = this.options
    const store = await aws.state()
    const { arn } = await aws.identity()
    const since = new Date()
    const lock: Lock = {
      environment,
      who: `${arn} (${localUser()})`,
      what: runbook,
      run: id,
      since: since.toISOString(),
      until: new Date(since.getTime() + this.#lifetime).toISOString(),
      ...thisProcess(),
    }
    const key = keyOf(environment)
    // Somebody else may let go, or take over, between two looks; each round is decided by one conditional write.
    for (let round = 0; round < 5; round++) {
      const version = await store.create(key, text(lock))
      if (version) return this.#keep({ lock, store, version })
      const found = await store.get(key)
      if (!found) continue
      const holder = parseLock(found.text)
      if (holder?.run === id) return this.#keep({ lock, store, version: found.version })
      if (holder && !abandoned(holder, Date.now())) throw refusal(holder, again)
      const taken = await store.replace(key, text(lock), found.version)
      if (!taken) continue
      this.options.emit({ type: 'warning', text: takeover(environment, holder), depth: 0 })
      return this.#keep({ lock, store, version: taken })
    }
    throw new Refused(`The lock of ${environment} is changing hands`, { next: again })
  }

  #keep(taken: Pick<Held, 'lock' | 'store' | 'version'>): Held {
    const renew = () => {
      held.renewing = this.#renew(held)
    }
    const held: Held = {
      ...taken,
      timer: setInterval(renew, this.#lifetime / 5),
      renewing: Promise.resolve(),
    }
    held.timer.unref()
    return held
  }

  async #renew(held: Held): Promise<void> {
    const { lock, store, version } = held
    const renewed = { ...lock, until: new Date(Date.now() + this.#lifetime).toISOString() }
    try {
      const written = await store.replace(keyOf(lock.environment), text(renewed), version)
      // Not ours any more, unless an answer was lost and the first of two tries had done it.
      const found = written ?? (await this.#own(store, lock.environment))
      if (!found) throw new Failed(`The lock of ${lock.environment} was lost: another run has taken it over`)
      held.version = found
      held.lock = renewed
    } catch (error) {
      // A renewal that AWS did not answer is tried again until the lock would have expired.
      if (!(error instanceof Failed) && Date.now() < Date.parse(held.lock.until)) return
      clearInterval(held.timer)
      this.options.lost(asError(error))
    }
  }

  /** The version of the lock that is there, if this run wrote it. */
  async #own(store: Objects, environment: string): Promise<string | undefined> {
    const found = await store.get(keyOf(environment))
    return found && parseLock(found.text)?.run === this.options.id ? found.version : undefined
  }
}

async function giveBack(taking: Promise<Held>): Promise<void> {
  const held = await taking.catch(() => undefined)
  if (!held) return
  clearInterval(held.timer)
  await held.renewing
  await held.store.remove(keyOf(held.lock.environment), held.version)
}

function keyOf(environment: string): string {
  return stackOf(environment).lockKey
}

/** Free for the taking: expired, or its process is known to be gone. */
export function abandoned(lock: Lock, now: number): boolean {
  return now > Date.parse(lock.until) + skew || isGone(lock)
}

/** Unreadable means nobody can renew it, so it counts as abandoned. */
function parseLock(json: string): Lock | undefined {
  try {
    const lock = JSON.parse(json) as Lock
    return Number.isNaN(Date.parse(lock.until)) ? undefined : lock
  } catch {
    return undefined
  }
}

function refusal(lock: Lock, again: string): Refused {
  const age = duration(Date.now() - Date.parse(lock.since))
  return new Refused(
    `${lock.environment} is locked: ${lock.what} by ${lock.who} since ${lock.since} (${age} ago); ` +
      `free at ${lock.until} at the latest, if it is not renewed`,
    { next: again },
  )
}

function takeover(environment: string, holder: Lock | undefined): string {
  const left = holder ? `${holder.what} by ${holder.who} since ${holder.since}` : 'a run that left no trace'
  return `Took over the lock of ${environment}: it was left by ${left}`
}

function text(lock: Lock): string {
  return `${JSON.stringify(lock, null, 2)}\n`
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
