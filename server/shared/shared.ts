/**
 * What replicas hold in common for a while: cached answers, limits, the last turns of a conversation, claims.
 * Everything in it may vanish at any time without a wrong answer; what must last is in the store.
 */
export interface Shared {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string, ttlMs: number): Promise<void>
  remove(key: string): Promise<void>
  /** Sets only what is not there: true for the one caller that did. */
  claim(key: string, owner: string, ttlMs: number): Promise<boolean>
  /** Gives a claim back, unless somebody else holds it by now. */
  release(key: string, owner: string): Promise<void>
  /** Counts within a window that starts with the first count: how often so far, and when it starts anew. */
  count(key: string, windowMs: number): Promise<Counted>
  /** Appends to a list of which the last `keep` stay. */
  append(key: string, values: string[], keep: number, ttlMs: number): Promise<void>
  list(key: string): Promise<string[]>
  /** Removes every key with the prefix and says how many there were. */
  purge(prefix: string): Promise<number>
}

export interface Counted {
  count: number
  resetMs: number
}
