interface Child {
  name: string
  graceMs: number
  /** Its end, once it has been asked for: a second SIGINT would tell Terraform to drop everything. */
  ending?: Promise<void>
}

/** The processes a run has started and must not leave behind. */
export class Children {
  readonly #groups = new Map<number, Child>()

  /** Remembers a child (the head of its own process group) until the returned function is called. */
  add(pid: number | undefined, name: string, graceMs: number): () => void {
    if (pid === undefined) return () => {}
    this.#groups.set(pid, { name, graceMs })
    return () => this.#groups.delete(pid)
  }

  /** What is still there. */
  get names(): string[] {
    return [...this.#groups.values()].map(({ name }) => name)
  }

  /** Ends every child and what it started: asked first as Ctrl-C asks, then told, then killed. */
  async end(): Promise<void> {
    const endings = [...this.#groups].map(([pid, child]) => {
      child.ending ??= endGroup(pid, child.graceMs)
      return child.ending
    })
    await Promise.all(endings)
  }

  /** For a second Ctrl-C: no asking. */
  kill(): void {
    for (const pid of this.#groups.keys()) signalGroup(pid, 'SIGKILL')
  }
}

async function endGroup(pid: number, graceMs: number): Promise<void> {
  // SIGINT first: Terraform stops in order and saves its state on it, while its plugins would die of SIGTERM.
  signalGroup(pid, 'SIGINT')
  await until(() => !isThere(pid), graceMs)
  // With the child gone, what it leaves in its group (a shell's background jobs ignore SIGINT) has no reason to stay.
  signalGroup(pid, 'SIGTERM')
  await until(() => !isThere(-pid), 2000)
  signalGroup(pid, 'SIGKILL')
  await until(() => !isThere(-pid), 1000)
}

async function until(ended: () => boolean, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!ended() && Date.now() < deadline) await Bun.sleep(20)
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody of the group is left.
  }
}
