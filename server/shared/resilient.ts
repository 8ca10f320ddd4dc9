import type { Breaker } from '../breaker.ts'
import type { MemoryShared } from './memory.ts'
import type { Counted, Entry, Shared } from './shared.ts'

/**
 * Redis while it answers, this process's memory while it does not. A request never waits for a dead Redis: the
 * breaker opens, and a probe in the background closes it again.
 */
export class ResilientShared implements Shared {
  constructor(
    readonly far: Shared,
    readonly near: MemoryShared,
    readonly breaker: Breaker,
  ) {}

  get purges(): string {
    return `${this.far.purges} ${this.near.purges}`
  }

  get(key: string): Promise<string | undefined> {
    return this.#either((shared) => shared.get(key))
  }

  /** Kept in memory too, so that an outage starts with a warm cache. */
  async set(key: string, value: string, ttlMs: number): Promise<void> {
    await this.near.set(key, value, ttlMs)
    await this.#far((shared) => shared.set(key, value, ttlMs))
  }

  async remove(key: string): Promise<void> {
    await this.near.remove(key)
    await this.#far((shared) => shared.remove(key))
  }

  claim(key: string, owner: string, ttlMs: number): Promise<boolean> {
    return this.#either((shared) => shared.claim(key, owner, ttlMs))
  }

  async release(key: string, owner: string): Promise<void> {
    await this.near.release(key, owner)
    await this.#far((shared) => shared.release(key, owner))
  }

  count(keys: string[]): Promise<Counted[]> {
    return this.#either((shared) => shared.count(keys))
  }

  async append(entries: Entry[]): Promise<void> {
    await this.#far((shared) => shared.append(entries))
  }

  /** Nothing while Redis is away: what was said is then asked of the store, which knows all of it. */
  async list(key: string): Promise<string[]> {
    return (await this.#far((shared) => shared.list(key))) ?? []
  }

  async purge(prefix: string): Promise<number> {
    const near = await this.near.purge(prefix)
    return (await this.#far((shared) => shared.purge(prefix))) ?? near
  }

  #either<T>(use: (shared: Shared) => Promise<T>): Promise<T> {
    if (this.breaker.open) return use(this.near)
    return use(this.far).then(
      (result) => {
        this.breaker.succeeded()
        return result
      },
      (error) => {
        this.breaker.failed(error)
        return use(this.near)
      },
    )
  }

  async #far<T>(use: (shared: Shared) => Promise<T>): Promise<T | undefined> {
    if (this.breaker.open) return undefined
    try {
      const result = await use(this.far)
      this.breaker.succeeded()
      return result
    } catch (error) {
      this.breaker.failed(error)
      return undefined
    }
  }
}
