import { withoutCards } from '../logging/redact.ts'
import type { Shared } from '../shared/shared.ts'
import type { Message, Store } from '../store/store.ts'
import type { Writer } from '../store/writer.ts'
import type { Answer, Turn } from './types.ts'

const keptTurns = 20

export interface Exchange {
  session: string
  requestId: string
  question: string
  answer: Answer
  fromCache: boolean
  askedAt: Date
}

/**
 * What was said in a session. The last turns travel through what replicas share, because the store is written behind
 * the answers; the store is asked when nothing is shared any more.
 */
export class Conversations {
  constructor(
    readonly store: Store,
    readonly writer: Writer,
    readonly shared: Shared,
  ) {}

  async history(session: string): Promise<Turn[]> {
    const shared = await this.shared.list(key(session))
    if (shared.length > 0) return shared.flatMap((exchange) => JSON.parse(exchange) as [Turn, Turn])
    return (await this.messages(session, keptTurns)).map(({ role, content }) => ({ role, content }))
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
  async record({ session, requestId, question, answer, fromCache, askedAt }: Exchange): Promise<void> {
    const asked = withoutCards(question)
    const common = { session, requestId }
    this.writer.add([
      { id: Bun.randomUUIDv7(), role: 'user', content: asked, createdAt: askedAt.toISOString(), ...common },
      {
        id: Bun.randomUUIDv7(),
        role: 'assistant',
        content: answer.text,
        createdAt: new Date().toISOString(),
        model: answer.model,
        fromCache,
        handoff: answer.handoff?.reason,
        sources: answer.sources.map((source) => source.id),
        ...common,
      },
    ])
    const exchange: [Turn, Turn] = [
      { role: 'user', content: asked },
      { role: 'assistant', content: answer.text },
    ]
    await this.shared.append(key(session), JSON.stringify(exchange))
  }

  async remove(session: string): Promise<number> {
    const waiting = this.writer.pending(session).length
    await this.shared.remove(key(session))
    await this.writer.forget(session)
    return waiting + (await this.store.remove(session))
  }
}

const key = (session: string) => `turns:${session}`

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
