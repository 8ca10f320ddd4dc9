import { Failed, Interrupted, RunbookError } from '../errors'
import { type Context, explain } from '../explain/explain'
import type { Outcome } from '../runbook'

/** Whatever was thrown, as an error with a sentence, an exit code and a next command; the thrown one is its cause. */
export function asRunbookError(thrown: unknown, context: Context = {}): RunbookError {
  if (thrown instanceof RunbookError && !(thrown instanceof Failed)) return thrown
  const explained = explain(thrown, context)
  if (thrown instanceof RunbookError && explained?.sentence === thrown.message) return thrown
  const message = explained?.sentence ?? (thrown instanceof Error ? thrown.message : String(thrown))
  const data = thrown instanceof RunbookError ? thrown.data : undefined
  return new Failed(message, { next: explained?.next, cause: thrown, data })
}

export function failed(error: RunbookError): Outcome<never> {
  return { ok: false, exitCode: error.exitCode, data: error.data as never, error }
}

/** What lies beneath an error, for whoever must look further: each cause, and what a failed command printed last. */
export function beneath(error: RunbookError): string[] {
  const lines: string[] = [...lastLines(error)]
  let at: unknown = error.cause
  for (let depth = 0; at !== undefined && at !== null && depth < 5; depth++) {
    if (!(at instanceof Error)) {
      lines.push(String(at))
      break
    }
    // A plain error whose message is the sentence already says nothing new.
    const told = at instanceof Interrupted || (at.message === error.message && at.name === 'Error')
    if (!told) lines.push(`${at.name}: ${at.message || codeOf(at)}`)
    lines.push(...lastLines(at))
    at = at.cause
  }
  return lines.flatMap((line) => line.split('\n')).slice(0, 40)
}

function lastLines(error: Error): string[] {
  return 'lastLines' in error && Array.isArray(error.lastLines) ? error.lastLines : []
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}
