/** Long enough to serve a burst of connections from one reading, short enough to pass for none. */
const freshMs = 1_000

/** What `load` gave last, unless it is old or was forgotten; callers at the same time share one loading. */
export function brieflyCached<T>(load: () => Promise<T>): { read(): Promise<T>; forget(): void } {
  let held: { value: Promise<T>; at: number } | undefined
  return {
    read() {
      if (held && performance.now() - held.at < freshMs) return held.value
      const value = load()
      held = { value, at: performance.now() }
      value.catch(() => {
        if (held?.value === value) held = undefined
      })
      return value
    },
    forget() {
      held = undefined
    },
  }
}
