import { type Counted, type Entry, type Shared, terms } from './shared.ts'

interface Kept {
  value: string | string[] | number
  until: number
}

/** Shared by nobody: one process's own memory, bounded, with the longest unused leaving first. */
export class MemoryShared implements Shared {
  readonly #entries = new Map<string, Kept>()
  #purges = 0

  constructor(
    readonly capacity = 5_000,
    readonly now: () => number = Date.now,
  ) {}

  get purges(): string {
    return String(this.#purges)
  }

  get size(): number {
    return this.#entries.size
  }

  async get(key: string): Promise<string | undefined> {
    const value = this.#live(key)?.value
    return typeof value === 'string' ? value : undefined
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    this.#put(key, { value, until: this.now() + ttlMs })
  }

  async remove(key: string): Promise<void> {
    this.#entries.delete(key)
  }

  async claim(key: string, owner: string, ttlMs: number): Promise<boolean> {
    if (this.#live(key)) return false
    this.#put(key, { value: owner, until: this.now() + ttlMs })
    return true
  }

  async release(key: string, owner: string): Promise<void> {
    if (this.#live(key)?.value === owner) this.#entries.delete(key)
  }

  async count(keys: string[]): Promise<Counted[]> {
    return keys.map((key) => {
      const entry = this.#live(key)
      if (!entry) {
        this.#put(key, { value: 1, until: this.now() + terms.windowMs })
        return { count: 1, resetMs: terms.windowMs }
      }
      const count = Number(entry.value) + 1
      entry.value = count
      return { count, resetMs: entry.until - this.now() }
    })
  }

  async append(entries: Entry[]): Promise<void> {
    for (const { key, value } of entries) {
      const known = this.#live(key)
      if (known && Array.isArray(known.value)) {
        known.value.push(value)
        if (known.value.length > terms.listLength) known.value.shift()
        known.until = this.now() + terms.listMs
      } else {
        this.#put(key, { value: [value], until: this.now() + terms.listMs })
      }
    }
  }

  async list(key: string): Promise<string[]> {
    const value = this.#live(key)?.value
    return Array.isArray(value) ? [...value] : []
  }

  async purge(prefix: string): Promise<number> {
    let purged = 0
    this.#purges += 1
    for (const key of this.#entries.keys()) {
      if (key.startsWith(prefix) && this.#entries.delete(key)) purged++
    }
    return purged
  }

  /** An entry that is not over, moved to the young end of the map. */
  #live(key: string): Kept | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    if (entry.until <= this.now()) return undefined
    this.#entries.set(key, entry)
    return entry
  }

  #put(key: string, entry: Kept): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size > this.capacity) this.#entries.delete(this.#entries.keys().next().value!)
  }
}
