import type { Shared } from '../shared/shared.ts'
import { promptVersion } from './prompt.ts'
import { normalise } from './question.ts'
import type { Answer } from './types.ts'

const prefix = 'answer:'
/** An answer past its time is kept this much longer, for the hour when the model is away. */
const staleMs = 7 * 24 * 3_600_000

interface Stored {
  answer: Answer
  freshUntil: number
}

/** Answers to questions that are the same for everybody. Another prompt, document or model makes another key. */
export class AnswerCache {
  constructor(
    readonly shared: Shared,
    readonly scope: () => { knowledge: string; model: string },
    readonly ttlMs: number,
  ) {}

  key(question: string): string {
    const { knowledge, model } = this.scope()
    const hash = new Bun.CryptoHasher('sha256').update(normalise(question)).digest('base64url')
    return `${prefix}${promptVersion}:${knowledge}:${model}:${hash.slice(0, 22)}`
  }

  /** `stale`: also an answer whose time is over. */
  async get(key: string, options: { stale?: boolean } = {}): Promise<Answer | undefined> {
    const text = await this.shared.get(key)
    if (!text) return undefined
    const stored = JSON.parse(text) as Stored
    return options.stale || stored.freshUntil > Date.now() ? stored.answer : undefined
  }

  /** The time to live varies by a tenth, so that what was cached together is not made anew together. */
  async set(key: string, answer: Answer): Promise<void> {
    const ttl = this.ttlMs * (0.9 + Math.random() * 0.2)
    const stored: Stored = { answer, freshUntil: Date.now() + ttl }
    await this.shared.set(key, JSON.stringify(stored), Math.round(ttl + staleMs))
  }

  purge(): Promise<number> {
    return this.shared.purge(prefix)
  }
}
