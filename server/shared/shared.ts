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
  /** Counts within a minute that starts with the first count: how often so far, and when it starts anew. */
  count(keys: string[]): Promise<Counted[]>
  /** Appends to lists of which the last ten entries stay, for an hour. */
  append(entries: Entry[]): Promise<void>
  list(key: string): Promise<string[]>
  /** Removes every key with the prefix and says how many there were. */
  purge(prefix: string): Promise<number>
  /** Another text after every purge, by whichever replica; known as of the last count or get. */
  readonly purges: string
}

/** How long a count runs, how long a list is kept, and how much of it. */
export const terms = { windowMs: 60_000, listMs: 3_600_000, listLength: 10 }

/** What is appended, and to which list. */
export interface Entry {
  key: string
  value: string
}

export interface Counted {
  count: number
  resetMs: number
}
