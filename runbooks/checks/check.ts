import type { Aws } from '../aws/clients'
import type { Door } from '../aws/door'
import type { Stack } from '../aws/stack'

/** What a check sees of the world. */
export type View = {
  aws: Aws
  stack: Stack
  /** Where the chatbot answers. */
  door: Door
  /** Marks this run's sessions, so that two runs at once do not share a conversation. */
  run: string
  signal: AbortSignal
}

/** What was seen, and whether it is as it should be. `failed` is said only of what was really looked at. */
export type Verdict = { status: 'ok' | 'failed'; evidence: string }

export type Check = { id: string; title: string; run(view: View): Promise<Verdict> }

export type Result = {
  id: string
  title: string
  status: 'ok' | 'failed' | 'unknown'
  evidence: string
  /** Milliseconds it took. */
  ms: number
}

export const ok = (evidence: string): Verdict => ({ status: 'ok', evidence })
export const failed = (evidence: string): Verdict => ({ status: 'failed', evidence })

/** What could not be looked at is unknown, never healthy. */
export async function runCheck(check: Check, view: View): Promise<Result> {
  const started = performance.now()
  const done = (result: Pick<Result, 'status' | 'evidence'>): Result => ({
    id: check.id,
    title: check.title,
    ...result,
    ms: Math.round(performance.now() - started),
  })
  try {
    return done(await check.run(view))
  } catch (error) {
    const { name, message } = error as Error
    return done({ status: 'unknown', evidence: `could not look: ${name}: ${message}` })
  }
}
