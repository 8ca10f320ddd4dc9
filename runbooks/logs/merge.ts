import type { LogEvent } from './entry'

/** An event that is given out; `late` where it came after a later one had been given out. */
export type Merged = LogEvent & { late: boolean }

const second = 1_000

/**
 * Puts what several looks at the same log have found into one order, each event once. Streams are written, and CloudWatch
 * hands out, with different delays: events are held back until whoever looks knows that no earlier one is on its way.
 */
export class Merge {
  /** What has been taken, by the second it was written in, so that what is old can be forgotten at once. */
  readonly #taken = new Map<number, Set<string>>()
  #held: LogEvent[] = []
  #count = 0
  #given = Number.NEGATIVE_INFINITY

  /** What is new of these. */
  take(events: readonly LogEvent[]): void {
    for (const event of events) {
      const ids = this.#idsOf(event.at)
      if (ids.has(event.id)) continue
      ids.add(event.id)
      this.#count += 1
      this.#held.push(event)
    }
  }

  /** Everything held that was written until then, in order; of the same moment in the order it came. */
  give(until: number): Merged[] {
    const held = this.#held.sort((a, b) => a.at - b.at)
    const later = held.findIndex(({ at }) => at > until)
    const given = later < 0 ? held : held.slice(0, later)
    this.#held = later < 0 ? [] : held.slice(later)
    const before = this.#given
    this.#given = Math.max(before, given.at(-1)?.at ?? before)
    return given.map((event) => ({ ...event, late: event.at < before }))
  }

  /** What was written before then is not looked for again. */
  forget(before: number): void {
    for (const [from, ids] of this.#taken) {
      if (from + second > before) continue
      this.#count -= ids.size
      this.#taken.delete(from)
    }
  }

  /** The latest moment since when at most so many are remembered. */
  sinceWhen(most: number): number {
    let count = 0
    let since = Number.POSITIVE_INFINITY
    for (const [from, ids] of [...this.#taken].sort(([a], [b]) => b - a)) {
      count += ids.size
      if (count > most) return since
      since = from
    }
    return Number.NEGATIVE_INFINITY
  }

  /** How many events are remembered, those held among them. */
  get remembered(): number {
    return this.#count
  }

  #idsOf(at: number): Set<string> {
    const from = Math.floor(at / second) * second
    const ids = this.#taken.get(from) ?? new Set()
    this.#taken.set(from, ids)
    return ids
  }
}
