import { now } from '../clock.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Shared } from '../shared/shared.ts'
import type { AnswerCache, Cached } from './cache.ts'
import type { Conversations } from './conversation.ts'
import { Flight, type FlightEvent } from './flight.ts'
import type { Make } from './make.ts'
import { inTurn } from './turns.ts'
import type { Answer } from './types.ts'

/** How long another replica may take for the same question before this one makes its own answer. */
const flightMs = 10_000

export interface Question {
  message: string
  looked: Looked
  session: string
  requestId: string
  /** Aborted when the customer has left. Asked for when it is needed: a cached answer does not need it. */
  signal: () => AbortSignal
  hear: ((event: FlightEvent) => void) | undefined
}

interface Looked {
  /** Undefined for a question whose answer is not shared. */
  key: string | undefined
  cached: Promise<Cached | undefined> | undefined
}

export interface Outcome {
  answer: Answer
  fromCache: boolean
}

interface Parts {
  make: Make
  cache: AnswerCache
  shared: Shared
  conversations: Conversations
  metrics: Metrics
}

/** Gives each question its answer: from the cache, from an answer in the making, or a new one in its turn. */
export class Answerer {
  readonly #flights = new Map<string, Flight>()

  constructor(readonly parts: Parts) {}

  /** Starts to look for the answer in the cache, so that this shares its round trip with the counting of the request. */
  look(message: string): Looked {
    const key = this.parts.cache.key(message)
    return { key, cached: key ? this.parts.cache.find(key) : undefined }
  }

  async ask(question: Question): Promise<Outcome> {
    const askedAt = now()
    const { key, cached: looking } = question.looked
    const cached = await looking
    if (key) this.parts.metrics.cache.inc(cached ? 'hit' : 'miss')
    const outcome = cached
      ? { answer: cached.answer, fromCache: true }
      : await inTurn(this.parts.shared, question.session, question.signal(), () =>
          this.#answer(question, key),
        )
    const recorded = this.parts.conversations.record({
      session: question.session,
      requestId: question.requestId,
      question: question.message,
      answer: outcome.answer,
      cached,
      askedAt,
    })
    // The next question of the session finds this one; only the cached path is too fast to wait for that.
    if (!cached) await recorded
    return outcome
  }

  async #answer(question: Question, key: string | undefined): Promise<Outcome> {
    const signal = question.signal()
    const flight = key ? this.#sharedFlight(key, question) : await this.#ownFlight(question)
    const leave = flight.join(question.hear)
    const left = Promise.withResolvers<never>()
    const abort = () => {
      leave()
      left.reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    try {
      return { answer: await Promise.race([flight.result, left.promise]), fromCache: false }
    } finally {
      signal.removeEventListener('abort', abort)
      leave()
    }
  }

  async #ownFlight({ message, session, requestId }: Question): Promise<Flight> {
    const history = await this.parts.conversations.history(session)
    return new Flight((tell, signal) => this.parts.make({ message, history, requestId }, tell, signal))
  }

  #sharedFlight(key: string, question: Question): Flight {
    const under = this.#flights.get(key)
    if (under && !under.abandoned) {
      this.parts.metrics.shared.inc()
      return under
    }
    const flight: Flight = new Flight((tell, signal) =>
      this.#makeOnce(key, question, tell, signal).finally(() => {
        if (this.#flights.get(key) === flight) this.#flights.delete(key)
      }),
    )
    this.#flights.set(key, flight)
    return flight
  }

  /** One replica makes the answer; the others wait for it in the cache. */
  async #makeOnce(
    key: string,
    { message, requestId }: Question,
    tell: (event: FlightEvent) => void,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { shared, cache } = this.parts
    const owner = Bun.randomUUIDv7()
    const until = Date.now() + flightMs
    let mine = await shared.claim(`flight:${key}`, owner, flightMs + 30_000)
    while (!mine && Date.now() < until && !signal.aborted) {
      await Bun.sleep(60)
      const made = await cache.get(key)
      if (made) return made
      mine = await shared.claim(`flight:${key}`, owner, flightMs + 30_000)
    }
    try {
      // Made by somebody else between our look into the cache and our claim.
      const made = await cache.get(key)
      if (made) return made
      const answer = await this.parts.make({ message, history: [], requestId }, tell, signal)
      if (!answer.fallback) {
        await cache.set(key, answer)
        return answer
      }
      const stale = await cache.get(key, { stale: true })
      if (!stale) return answer
      this.parts.metrics.fallbacks.inc('stale')
      return stale
    } finally {
      await shared.release(`flight:${key}`, owner)
    }
  }
}
