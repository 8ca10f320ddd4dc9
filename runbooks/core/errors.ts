/** The exit codes every runbook promises; pipelines branch on them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unhealthy: 3,
  refused: 4,
  interrupted: 130,
} as const

export interface ErrorDetails {
  /** The command to type next. */
  next?: string | undefined
  /** The result's `data`, for whoever reads NDJSON. */
  data?: unknown
  cause?: unknown
}

/** An error that knows how the runbook ends: its exit code, the next command, and what was found. */
export class RunbookError extends Error {
  readonly next: string | undefined
  readonly data: unknown

  constructor(
    message: string,
    readonly exitCode: number,
    { next, data, cause }: ErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.next = next
    this.data = data
  }
}

/** It was tried and did not work. */
export class Failed extends RunbookError {
  constructor(message: string, details?: ErrorDetails) {
    super(message, exitCodes.failed, details)
  }
}

/** The command line says something that cannot be meant. */
export class Usage extends RunbookError {
  constructor(message: string, details?: ErrorDetails) {
    super(message, exitCodes.usage, details)
  }
}

/** The runbook did its work, and what it found is not well. */
export class Unhealthy extends RunbookError {
  constructor(message: string, details?: ErrorDetails) {
    super(message, exitCodes.unhealthy, details)
  }
}

/** Nothing was done: no confirmation, a held lock, a guard. */
export class Refused extends RunbookError {
  constructor(message: string, details?: ErrorDetails) {
    super(message, exitCodes.refused, details)
  }
}

/** Ctrl-C, SIGTERM, or nobody reads the output any more. */
export class Interrupted extends RunbookError {
  constructor(message = 'Interrupted', details?: ErrorDetails) {
    super(message, exitCodes.interrupted, details)
  }
}
