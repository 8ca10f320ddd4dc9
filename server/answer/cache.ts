import { isPersonal } from '../logging/redact.ts'
import { Memo } from '../memo.ts'
import type { Shared } from '../shared/shared.ts'
import { promptVersion } from './prompt.ts'
import { isContextFree, normalise } from './question.ts'
import type { Answer } from './types.ts'

const prefix = 'answer:'
/** An answer past its time is kept this much longer, for the hour when the model is away. */
const staleMs = 7 * 24 * 3_600_000

interface Stored {
  answer: Answer
  freshUntil: number
}

/** An answer that was found, and by what this very one is found again: not another that was made since. */
export interface Cached {
  answer: Answer
  reference: string
}

/** Answers to questions that are the same for everybody. Another prompt, document or model makes another key. */
export class AnswerCache {
  /** The hash of a question, or null when its answer is not to be shared: popular questions are judged once. */
  readonly #hashes = new Memo<string, string | null>(2_000)
  /** Read before, and good until its time is over or somebody purges. */
  readonly #near = new Memo<string, { cached: Cached; freshUntil: number }>(2_000)
  #purges = ''
  readonly #parsed = new Memo<string, { text: string; freshUntil: number; cached: Cached }>(2_000)

  constructor(
    readonly shared: Shared,
    readonly scope: () => { knowledge: string; model: string },
    readonly ttlMs: number,
  ) {}

  /** Undefined when the answer to this question is between the customer and us. */
  key(question: string): string | undefined {
    let hash = this.#hashes.get(question)
    if (hash === undefined) {
      hash = isContextFree(question) && !isPersonal(question) ? hashOf(normalise(question)) : null
      this.#hashes.set(question, hash)
    }
    if (hash === null) return undefined
    const { knowledge, model } = this.scope()
    return `${prefix}${promptVersion}:${knowledge}:${model}:${hash}`
  }

  /** `stale`: also an answer whose time is over. */
  async get(key: string, options: { stale?: boolean } = {}): Promise<Answer | undefined> {
    return (await this.find(key, options))?.answer
  }

  /**
   * What this process has read already. A purge by whichever replica is known as of the last count, so ask after the
   * request was counted.
   */
  near(key: string): Cached | undefined {
    if (this.shared.purges !== this.#purges) {
      this.#near.clear()
      this.#purges = this.shared.purges
    }
    const known = this.#near.get(key)
    return known && known.freshUntil > Date.now() ? known.cached : undefined
  }

  find(key: string, options: { stale?: boolean } = {}): Promise<Cached | undefined> {
    const before = this.shared.purges
    return this.shared.get(key).then((text) => {
      if (!text) return undefined
      const { freshUntil, cached } = this.#read(key, text)
      // What was read while somebody purged may be what was purged.
      if (before === this.#purges && before === this.shared.purges)
        this.#near.set(key, { cached, freshUntil })
      return options.stale || freshUntil > Date.now() ? cached : undefined
    })
  }

  /** The answer of a reference; undefined once it is gone or another stands in its place. */
  async recall(reference: string): Promise<Answer | undefined> {
    const key = reference.slice(0, reference.lastIndexOf('@'))
    const known = this.#parsed.get(key)?.cached
    if (known?.reference === reference) return known.answer
    const found = await this.find(key, { stale: true })
    return found?.reference === reference ? found.answer : undefined
  }

  #read(key: string, text: string) {
    const known = this.#parsed.get(key)
    if (known?.text === text) return known
    const { answer, freshUntil } = JSON.parse(text) as Stored
    const read = { text, freshUntil, cached: { answer, reference: `${key}@${freshUntil}` } }
    this.#parsed.set(key, read)
    return read
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

const hashOf = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('base64url').slice(0, 22)
