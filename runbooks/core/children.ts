/** The processes a run has started and must not leave behind. */
export class Children {
  readonly #groups = new Map<number, number>()

  /** Remembers a child (the head of its own process group) until the returned function is called. */
  add(pid: number | undefined, graceMs = 8000): () => void {
    if (pid === undefined) return () => {}
    this.#groups.set(pid, graceMs)
    return () => this.#groups.delete(pid)
  }

  /** Ends every child and what it started: asked first as Ctrl-C asks, then told, then killed. */
  async end(): Promise<void> {
    await Promise.all([...this.#groups].map(([pid, graceMs]) => endGroup(pid, graceMs)))
  }

  /** For a second Ctrl-C: no asking. */
  kill(): void {
    for (const pid of this.#groups.keys()) signalGroup(pid, 'SIGKILL')
  }
}

async function endGroup(pid: number, graceMs: number): Promise<void> {
  // SIGINT first: Terraform stops in order and saves its state on it, while its plugins would die of SIGTERM.
  for (const [signal, patience] of [
    ['SIGINT', graceMs],
    ['SIGTERM', 2000],
    ['SIGKILL', 1000],
  ] as const) {
    if (!signalGroup(pid, signal)) return
    const until = Date.now() + patience
    while (Date.now() < until) {
      await Bun.sleep(20)
      if (!signalGroup(pid, 0)) return
    }
  }
}

/** False when nobody of the group is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}
