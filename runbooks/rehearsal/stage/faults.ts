/** `call`: `ecs:UpdateService`, `ecs:*` or `*`. `times`: how many calls it hits, else all until it is cleared. */
interface Fault {
  call: string
  kind?: string
  times?: number
  /** Milliseconds. */
  delay?: number
  accessKey?: string
}

/** Lets AWS calls fail, in AWS's own words, until they are used up or cleared. */
export function faultsAt(endpoint: string) {
  const url = `${endpoint}/_rehearsal/faults`
  return {
    async add(fault: Fault): Promise<void> {
      await fetch(url, { method: 'POST', body: JSON.stringify(fault) })
    },
    async clear(): Promise<void> {
      await fetch(url, { method: 'DELETE' })
    },
    /** The calls that failed with this code since a moment. */
    async struck(code: RegExp, since: Date): Promise<number> {
      const answer = await fetch(`${endpoint}/_rehearsal/calls?since=${since.toISOString()}`)
      const calls = (await answer.json()) as { error?: string }[]
      return calls.filter(({ error }) => error && code.test(error)).length
    },
  }
}
