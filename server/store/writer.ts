import type { Message, Store } from './store.ts'

export interface WriterOptions {
  store: Store
  /** Messages kept while the store is away; what comes on top is dropped and counted. */
  capacity?: number
  batch?: number
  everyMs?: number
  onChange: (failing: boolean, cause: unknown) => void
  onDropped: (count: number) => void
}

/**
 * Writes messages behind the answers, in batches: an answer never waits for the database, and a database that is
 * away costs a bounded piece of memory. A batch is tried until it is in; ids make a repetition harmless.
 */
export class Writer {
  #queue: Message[] = []
  /** The batch on its way into the store. */
  #flying: Message[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #writing: Promise<void> | undefined
  #failing = false
  #stopped = false
  #forgotten = new Set<string>()

  constructor(readonly options: WriterOptions) {}

  get waiting(): number {
    return this.#queue.length + this.#flying.length
  }

  get failing(): boolean {
    return this.#failing
  }

  add(messages: Message[]): void {
    if (this.waiting + messages.length > (this.options.capacity ?? 10_000)) {
      this.options.onDropped(messages.length)
      return
    }
    this.#queue.push(...messages)
    if (!this.#failing) this.#later(this.options.everyMs ?? 25)
  }

  /** What a session has said that is not in the store yet. */
  pending(session: string): Message[] {
    return [...this.#flying, ...this.#queue].filter((message) => message.session === session)
  }

  /** Drops what waits of a session that is being deleted, also what is on its way into the store right now. */
  async forget(session: string): Promise<void> {
    const kept = (message: Message) => message.session !== session
    this.#queue = this.#queue.filter(kept)
    this.#forgotten.add(session)
    await this.#writing
    this.#forgotten.delete(session)
    this.#queue = this.#queue.filter(kept)
  }

  /** Writes all that waits, or gives up at the deadline. True when nothing is left. */
  async flush(deadlineMs: number): Promise<boolean> {
    this.#stopped = true
    clearTimeout(this.#timer)
    const until = Date.now() + deadlineMs
    while (this.waiting > 0 && Date.now() < until) {
      await Promise.race([this.#write(), Bun.sleep(Math.max(0, until - Date.now()))])
      if (this.#failing) await Bun.sleep(100)
    }
    return this.waiting === 0
  }

  #later(ms: number): void {
    if (this.#stopped) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#write()
    }, ms)
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeOnce().finally(() => {
      this.#writing = undefined
      if (this.#queue.length > 0) this.#later(this.#failing ? 1_000 : 0)
    })
    return this.#writing
  }

  async #writeOnce(): Promise<void> {
    this.#flying = this.#queue.splice(0, this.options.batch ?? 2_000)
    if (this.#flying.length === 0) return
    try {
      await this.options.store.write(this.#flying)
    } catch (error) {
      if (!this.#failing) this.options.onChange(true, error)
      this.#failing = true
      this.#queue.unshift(...this.#flying)
      this.#flying = []
      return
    }
    this.#flying = []
    if (this.#failing) this.options.onChange(false, undefined)
    this.#failing = false
    for (const session of this.#forgotten) await this.options.store.remove(session).catch(() => undefined)
  }
}
