/** A bounded memory of results, for work that need not be done twice. */
export class Memo<Key, Value> {
  readonly #entries = new Map<Key, Value>()

  constructor(readonly capacity: number) {}

  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  /** The oldest half leaves when it is full: cheaper than an order kept at every look. */
  set(key: Key, value: Value): void {
    if (this.#entries.size >= this.capacity) {
      let leaving = this.capacity >> 1
      for (const old of this.#entries.keys()) {
        if (leaving-- === 0) break
        this.#entries.delete(old)
      }
    }
    this.#entries.set(key, value)
  }

  clear(): void {
    this.#entries.clear()
  }
}
