import { abortable } from './abortable'
import { Interrupted } from './errors'
import type { Declaration, StepName, StepOutcome } from './events'
import { sentence } from './explain'
import type { Session } from './session'

/** What a step's work is handed. */
export interface Step {
  /** What it waits for right now: one live line on a terminal, a line every few seconds elsewhere. */
  waiting(text: string): void
  /** A line to keep. */
  line(text: string): void
  signal: AbortSignal
}

export interface Change<T> {
  title: string
  /** What will be different afterwards, in the words of whoever is affected. */
  effect: string
  /** The same by hand. */
  equivalent: string | string[]
  /** The command that takes it back. */
  undo?: string | undefined
  destructive?: boolean
  /** Looks whether the world is so already; runs in a dry run too. */
  already?: () => Promise<false | { why: string; value?: T }>
  run: (step: Step) => Promise<T>
}

export async function read<T>(
  session: Session,
  depth: number,
  title: string,
  look: (step: Step) => Promise<T> | T,
): Promise<T> {
  session.signal.throwIfAborted()
  const running = begin(session, { id: session.nextStep(), kind: 'read', title, depth })
  return running.do(async (step) => look(step), 'done')
}

/** The order is the promise: look, (dry run: say), ask, declare, change. */
export async function change<T>(
  session: Session,
  depth: number,
  planned: Change<T>,
  allow: (declaration: Declaration) => Promise<void>,
): Promise<T | undefined> {
  session.signal.throwIfAborted()
  const declaration: Declaration = {
    effect: planned.effect,
    equivalent: [planned.equivalent].flat(),
    undo: planned.undo,
    destructive: planned.destructive === true,
  }
  const running = begin(session, { id: session.nextStep(), kind: 'change', title: planned.title, depth })
  const already = await running.guard(() => looked(session, planned))
  if (already) {
    running.finish('already', { why: already.why })
    return already.value
  }
  if (session.settings.dryRun) {
    session.standing.push({ title: planned.title, outcome: 'planned', undo: planned.undo })
    running.finish('planned', { declared: declaration })
    return undefined
  }
  await running.guard(() => allow(declaration))
  session.emit({ type: 'step.changing', ...running.name, ...declaration })
  const standing = { title: planned.title, outcome: 'interrupted' as StepOutcome, undo: planned.undo }
  session.standing.push(standing)
  try {
    const value = await running.do(planned.run, 'done', declaration)
    standing.outcome = 'done'
    return value
  } catch (error) {
    if (!(error instanceof Interrupted)) standing.outcome = 'failed'
    throw error
  }
}

async function looked<T>(session: Session, planned: Change<T>): Promise<false | { why: string; value?: T }> {
  if (!planned.already) return false
  try {
    return await planned.already()
  } catch (error) {
    // In a dry run the thing to look at may be what an earlier planned change would have made.
    if (session.settings.dryRun && session.standing.some((change) => change.outcome === 'planned'))
      return false
    throw error
  }
}

function begin(session: Session, name: StepName) {
  const started = performance.now()
  session.emit({ type: 'step.started', ...name })
  const finish = (
    outcome: StepOutcome,
    more: { why?: string; error?: string; declared?: Declaration | undefined } = {},
  ) =>
    session.emit({
      type: 'step.finished',
      ...name,
      outcome,
      ms: Math.round(performance.now() - started),
      ...more,
    })
  const step: Step = {
    waiting: (text) => session.emit({ type: 'step.waiting', ...name, text }),
    line: (text) => session.emit({ type: 'step.line', ...name, text }),
    signal: session.signal,
  }
  async function guard<T>(work: () => Promise<T>, declared?: Declaration): Promise<T> {
    try {
      return await abortable(session.signal, work())
    } catch (error) {
      const interrupted = error instanceof Interrupted
      finish(interrupted ? 'interrupted' : 'failed', { error: sentence(error), declared })
      throw error
    }
  }
  return {
    name,
    finish,
    guard,
    async do<T>(work: (step: Step) => Promise<T>, outcome: StepOutcome, declared?: Declaration): Promise<T> {
      const value = await guard(() => work(step), declared)
      finish(outcome, { declared })
      return value
    },
  }
}
