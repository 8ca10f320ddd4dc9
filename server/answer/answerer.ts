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
  /** Under way already; undefined where this process seems to know the answer. */
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
    const { cache } = this.parts
    const key = cache.key(message)
    return { key, cached: key && !cache.near(key) ? cache.find(key) : undefined }
  }

  /** The answer that this process knows, once the request was counted: nothing is waited for. */
  known(question: Question): Outcome | undefined {
    const { key } = question.looked
    const cached = key ? this.parts.cache.near(key) : undefined
    return cached && this.#fromCache(question, cached, now())
  }

  async ask(question: Question): Promise<Outcome> {
    const askedAt = now()
    const { key, cached: looking } = question.looked
    const cached = key ? await (looking ?? this.parts.cache.find(key)) : undefined
    if (cached) return this.#fromCache(question, cached, askedAt)
    if (key) this.parts.metrics.cache.inc('miss')
    const answer = await inTurn(this.parts.shared, question.session, question.signal(), () =>
      this.#answer(question, key),
    )
    // The next question of the session finds this one.
    await this.#record(question, answer, undefined, askedAt)
    return { answer, fromCache: false }
  }

  /** Too fast to wait until the next question of the session would find this one. */
  #fromCache(question: Question, cached: Cached, askedAt: string): Outcome {
    this.parts.metrics.cache.inc('hit')
    void this.#record(question, cached.answer, cached, askedAt)
    return { answer: cached.answer, fromCache: true }
  }

  #record(question: Question, answer: Answer, cached: Cached | undefined, askedAt: string): Promise<void> {
    const { session, requestId, message } = question
    return this.parts.conversations.record({ session, requestId, question: message, answer, cached, askedAt })
  }

  async #answer(question: Question, key: string | undefined): Promise<Answer> {
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
      return await Promise.race([flight.result, left.promise])
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
