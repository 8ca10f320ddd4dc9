/** What every part of a running rehearsal is given. */
export interface World {
  /** Absolute path of this clone's `.rehearsal`; nothing is written outside it. */
  dir: string
  account: string
  region: string
  motoUrl: string
  gatewayUrl: string
  /** One line to `.rehearsal/daemon.log`. */
  log(part: string, message: string): void
  /** Aborted when the rehearsal goes down. */
  stopping: AbortSignal
}
