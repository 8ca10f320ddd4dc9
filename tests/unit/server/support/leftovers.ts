const leftovers = new Set<() => void>()

/** Runs when the tests end, however they end: a failed test leaves no process and no folder behind. */
export function atEnd(clean: () => void): void {
  leftovers.add(clean)
}

process.on('exit', () => {
  for (const clean of leftovers) {
    try {
      clean()
    } catch {
      // What is gone already needs no cleaning.
    }
  }
})
