import { now } from '../clock.ts'
import { withoutCards } from '../logging/redact.ts'
import type { Shared } from '../shared/shared.ts'
import type { Message, Store } from '../store/store.ts'
import type { Writer } from '../store/writer.ts'
import type { AnswerCache, Cached } from './cache.ts'
import type { Answer, Turn } from './types.ts'

const keptTurns = 20

export interface Exchange {
  session: string
  requestId: string
  question: string
  answer: Answer
  /** Set when the answer came from the cache. */
  cached: Cached | undefined
  askedAt: string
}

/** An exchange as replicas share it: the question and what was answered, or where in the cache the answer stands. */
type Shorthand = { question: string } & ({ answer: string } | { cached: string })

/**
 * What was said in a session. The last turns travel through what replicas share, because the store is written behind
 * the answers; the store is asked when nothing is shared any more.
 */
export class Conversations {
  constructor(
    readonly store: Store,
    readonly writer: Writer,
    readonly shared: Shared,
    readonly cache: Pick<AnswerCache, 'recall'>,
  ) {}

  async history(session: string): Promise<Turn[]> {
    const exchanges = await this.shared.list(key(session))
    const turns = await Promise.all(exchanges.map((text) => this.#turnsOf(JSON.parse(text) as Shorthand)))
    if (turns.length > 0 && !turns.includes(undefined)) return turns.flatMap((both) => both ?? [])
    return (await this.messages(session, keptTurns)).map(({ role, content }) => ({ role, content }))
  }

  /** Undefined when the cached answer that was given is gone: then the store knows what it was. */
  async #turnsOf(exchange: Shorthand): Promise<[Turn, Turn] | undefined> {
    const said = 'answer' in exchange ? exchange.answer : (await this.cache.recall(exchange.cached))?.text
    if (said === undefined) return undefined
    return [
      { role: 'user', content: exchange.question },
      { role: 'assistant', content: said },
    ]
  }

  /** The messages of a session from the store, and those still on their way into it. */
  async messages(session: string, limit: number): Promise<Message[]> {
    const waiting = this.writer.pending(session)
    const stored = this.writer.failing ? [] : await this.store.recent(session, limit).catch(() => [])
    const known = new Set(stored.map(({ id }) => id))
    return [...stored, ...waiting.filter(({ id }) => !known.has(id))].slice(-limit)
  }

  /** Everything said in a session; rejects when the store is away, since a part of it is not the whole. */
  async transcript(session: string): Promise<Message[]> {
    const stored = await this.store.recent(session, 1_000)
    const known = new Set(stored.map(({ id }) => id))
    return [...stored, ...this.writer.pending(session).filter(({ id }) => !known.has(id))]
  }

  /** Notes a question and its complete answer; nothing here waits for the store. */
  record({ session, requestId, question, answer, cached, askedAt }: Exchange): Promise<void> {
    const asked = withoutCards(question)
    this.writer.add([
      { id: Bun.randomUUIDv7(), session, role: 'user', content: asked, createdAt: askedAt, requestId },
      {
        id: Bun.randomUUIDv7(),
        session,
        role: 'assistant',
        content: answer.text,
        createdAt: now(),
        requestId,
        model: answer.model,
        fromCache: cached !== undefined,
        handoff: answer.handoff?.reason,
        sources: sourcesOf(answer),
      },
    ])
    // A cached answer is named, not repeated: it stands in what replicas share already.
    const exchange: Shorthand = cached
      ? { question: asked, cached: cached.reference }
      : { question: asked, answer: answer.text }
    return this.shared.append([{ key: key(session), value: JSON.stringify(exchange) }])
  }

  async remove(session: string): Promise<number> {
    const waiting = this.writer.pending(session).length
    await this.shared.remove(key(session))
    await this.writer.forget(session)
    return waiting + (await this.store.remove(session))
  }
}

/** A cached answer is given many times: its list is made once. */
const lists = new WeakMap<Answer, string[]>()
function sourcesOf(answer: Answer): string[] {
  const known = lists.get(answer)
  if (known) return known
  const ids = answer.sources.map(({ id }) => id)
  lists.set(answer, ids)
  return ids
}

/** Another name than the lists of version 1.1.0 had, whose replicas could not read these during a rollout. */
const key = (session: string) => `exchanges:${session}`

/** The newest turns that fit the budget, oldest first, starting with a question. About four characters are a token. */
export function withinBudget(history: Turn[], tokens: number): Turn[] {
  let left = tokens * 4
  let start = history.length
  while (start > 0 && left >= history[start - 1]!.content.length) {
    start -= 1
    left -= history[start]!.content.length
  }
  while (start < history.length && history[start]!.role !== 'user') start += 1
  return history.slice(start)
}
