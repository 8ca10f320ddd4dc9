import { RunbookError } from '../errors'
import { explainAws } from './aws'
import { explainNetwork } from './network'
import { explainOutput } from './output'
import { explainProgram } from './program'

export interface Explanation {
  /** What happened, as a person would say it. */
  sentence: string
  /** What to type next. */
  next?: string | undefined
}

/** What the reader is working on, for sentences that should name it. */
export interface Context {
  environment?: string | undefined
  profile?: string | undefined
}

/** What an error means, and what to type next; undefined when it has no sentence of its own. */
export function explain(error: unknown, context: Context = {}): Explanation | undefined {
  for (const link of chain(error)) {
    const explained =
      explainOutput(link) ?? explainProgram(link) ?? explainAws(link, context) ?? explainNetwork(link)
    if (explained) return explained
    // A runbook's own error has said what it means; what caused it is its detail.
    if (link instanceof RunbookError) return { sentence: link.message, next: link.next }
  }
  return undefined
}

/** An error as one line. */
export function sentence(error: unknown): string {
  return explain(error)?.sentence ?? (error instanceof Error ? error.message : String(error))
}

/** An error and its causes, the outermost first; of an aggregate (Bun's failed connections) the first one. */
function* chain(error: unknown): Generator<object> {
  let at = error
  for (let depth = 0; typeof at === 'object' && at !== null && depth < 8; depth++) {
    yield at
    at =
      at instanceof AggregateError && at.cause === undefined
        ? at.errors[0]
        : (at as { cause?: unknown }).cause
  }
}
