import type { Answer } from './types.ts'

/** What a follower hears while the answer is made. */
export type FlightEvent = { type: 'token'; text: string } | { type: 'restart' }

/**
 * One answer in the making, for everybody who asked the same. It ends early only when the last of them has left: a
 * leader who disconnects must not take the answer from its followers.
 */
export class Flight {
  readonly result: Promise<Answer>
  readonly #abort = new AbortController()
  readonly #heard: FlightEvent[] = []
  readonly #followers = new Set<(event: FlightEvent) => void>()
  #aboard = 0

  constructor(make: (tell: (event: FlightEvent) => void, signal: AbortSignal) => Promise<Answer>) {
    this.result = make((event) => this.#tell(event), this.#abort.signal)
    this.result.catch(() => undefined)
  }

  get abandoned(): boolean {
    return this.#abort.signal.aborted
  }

  /** Comes aboard, hearing first what was said so far. Returns the way off. */
  join(hear?: (event: FlightEvent) => void): () => void {
    this.#aboard += 1
    if (hear) {
      for (const event of this.#heard) hear(event)
      this.#followers.add(hear)
    }
    let off = false
    return () => {
      if (off) return
      off = true
      if (hear) this.#followers.delete(hear)
      this.#aboard -= 1
      if (this.#aboard === 0) this.#abort.abort(new Error('Answer: everybody who asked has left'))
    }
  }

  #tell(event: FlightEvent): void {
    if (event.type === 'restart') this.#heard.length = 0
    else this.#heard.push(event)
    for (const hear of this.#followers) hear(event)
  }
}
