/** Long enough to serve a burst of connections from one reading, short enough to pass for none. */
const freshMs = 150
/** For those who ask with every request. */
const recentMs = 1_000
const oldMs = 15_000

export interface Cached<T> {
  /** As it is now, or was so many milliseconds ago at most. */
  read(atMostMs?: number): Promise<T>
  /** What was read lately, while a newer reading is under way behind it: for those who ask per request. */
  recent(): Promise<T>
}

/** What `load` gave last, unless it is old; callers at the same time share one loading. */
export function brieflyCached<T>(load: () => Promise<T>): Cached<T> {
  let held: { value: Promise<T>; at: number } | undefined
  const ageMs = () => (held ? performance.now() - held.at : Number.POSITIVE_INFINITY)
  function loadAnew(): Promise<T> {
    const value = load()
    held = { value, at: performance.now() }
    value.catch(() => {
      if (held?.value === value) held = undefined
    })
    return value
  }
  return {
    read: (atMostMs = freshMs) => (held && ageMs() < atMostMs ? held.value : loadAnew()),
    recent() {
      if (!held || ageMs() > oldMs) return loadAnew()
      const { value } = held
      if (ageMs() > recentMs) loadAnew()
      return value
    },
  }
}
