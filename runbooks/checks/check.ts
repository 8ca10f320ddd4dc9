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

/** So many milliseconds a whole check may take: a chatbot that answers at all is through long before. */
const patience = 60_000

/** What could not be looked at is unknown, never healthy. */
export async function runCheck(check: Check, view: View, within = patience): Promise<Result> {
  const started = performance.now()
  const done = (result: Pick<Result, 'status' | 'evidence'>): Result => ({
    id: check.id,
    title: check.title,
    ...result,
    ms: Math.round(performance.now() - started),
  })
  const late = AbortSignal.timeout(within)
  try {
    const signal = AbortSignal.any([view.signal, late])
    return done(await Promise.race([check.run({ ...view, signal }), expiry(late, within)]))
  } catch (error) {
    const { name, message } = error as Error
    return done({ status: 'unknown', evidence: `could not look: ${name}: ${message}` })
  }
}

/** Not every look takes a signal: AWS's clients go on by themselves, and nobody waits for them. */
function expiry(late: AbortSignal, within: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    late.addEventListener('abort', () => reject(new Error(`it was not done within ${within / 1_000} s`)))
  })
}
