const leftovers = new Set<() => void>()

/** Notes what must be gone when the tests of this file have ended. */
export function atEnd(clean: () => void): void {
  leftovers.add(clean)
}

/** For `afterAll` of a file: a failed test leaves no process and no folder behind. */
export function sweep(): void {
  for (const clean of leftovers) {
    try {
      clean()
    } catch {
      // What is gone already needs no cleaning.
    }
  }
  leftovers.clear()
}
