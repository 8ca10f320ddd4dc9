import type { Log } from '../logging/log.ts'
import type { Shared } from '../shared/shared.ts'

/** What an administrator has decided for all replicas. */
export interface Directives {
  modelEnabled: boolean
  /** Changes with every request to read the documents anew. */
  knowledge: string
}

const key = 'directives'
const keptMs = 30 * 24 * 3_600_000

/**
 * Decisions travel through what replicas share: the one that was asked acts at once, the others within seconds. While
 * nothing is shared, the last decision known stands.
 */
export class DirectiveBoard {
  #current: Directives = { modelEnabled: true, knowledge: 'as started' }
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(
    readonly shared: Shared,
    readonly apply: (now: Directives, before: Directives) => Promise<void>,
    readonly log: Log,
  ) {}

  get current(): Directives {
    return this.#current
  }

  /** Takes over what was decided before this replica started, then looks every few seconds. */
  async start(everyMs = 2_000): Promise<void> {
    await this.#look()
    this.#timer = setInterval(() => void this.#look(), everyMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async decide(change: Partial<Directives>): Promise<void> {
    const now = { ...this.#current, ...change }
    await this.#take(now)
    await this.shared.set(key, JSON.stringify(now), keptMs)
  }

  async #look(): Promise<void> {
    const text = await this.shared.get(key)
    if (!text || text === JSON.stringify(this.#current)) return
    await this.#take(JSON.parse(text) as Directives).catch((error) =>
      this.log.error('directive_not_applied', { error }),
    )
  }

  async #take(now: Directives): Promise<void> {
    await this.apply(now, this.#current)
    this.#current = now
    this.log.info('directives', { model_enabled: now.modelEnabled, knowledge: now.knowledge })
  }
}
