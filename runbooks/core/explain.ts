import { RunbookError } from './errors'

export interface Explanation {
  sentence: string
  next?: string | undefined
}

/** What an error means, and what to type next; undefined when it has no sentence of its own. */
export function explain(error: unknown): Explanation | undefined {
  if (error instanceof RunbookError) return { sentence: error.message, next: error.next }
  return undefined
}

export function sentence(error: unknown): string {
  return explain(error)?.sentence ?? (error instanceof Error ? error.message : String(error))
}
