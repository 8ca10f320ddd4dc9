/** How a program wants to be treated when the run under it ends. */
export interface Manners {
  /** How long it may take to stop by itself after an interruption, before it is killed. */
  graceMs: number
  /** It must come to its own end even if the runbook is killed under it. */
  survives: boolean
}

/**
 * Terraform stops in order when it is asked once, saves what it has made and lets go of the state's lock; killed, or
 * with nobody left to write to, it dies with resources that no state knows, and a lock that nobody holds.
 */
export function mannersOf(file: string, args: readonly unknown[]): Manners {
  const does = (...commands: string[]) =>
    file === 'terraform' && args.some((arg) => commands.includes(String(arg)))
  if (does('apply', 'destroy', 'import')) return { graceMs: 5 * 60_000, survives: true }
  // A plan holds the state's lock as well, and gives it back as the last thing that it does.
  if (does('plan')) return { graceMs: 60_000, survives: true }
  return { graceMs: 10_000, survives: false }
}
