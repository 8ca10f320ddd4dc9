/** How a program wants to be treated when the run under it ends. */
export interface Manners {
  /** How long it may take to stop by itself after an interruption, before it is killed. */
  graceMs: number
  /** It must come to its own end even if the runbook is killed under it. */
  survives: boolean
}

/**
 * Terraform stops in order when it is asked once, and saves what it has made; killed, or with nobody left to write to,
 * it dies with resources that no state knows.
 */
export function mannersOf(file: string, args: readonly unknown[]): Manners {
  const writes =
    file === 'terraform' && args.some((arg) => arg === 'apply' || arg === 'destroy' || arg === 'import')
  return writes ? { graceMs: 5 * 60_000, survives: true } : { graceMs: 10_000, survives: false }
}
