import { Interrupted, Refused } from './errors'
import type { Declaration, StepName, StepOutcome } from './events'
import { sentence } from './explain/explain'
import { abortable } from './run/abortable'
import type { Session } from './run/session'

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

/** Which run a step belongs to, and how deep in it. */
export interface Frame {
  session: Session
  depth: number
  dryRun: boolean
  /** The session's; another one while cleaning up, which goes on after an interruption. */
  signal: AbortSignal
}

/** How long an interrupted change may still take to say whether it happened. */
const lastWord = 2000

/** Looks, and changes nothing. */
export async function read<T>(frame: Frame, title: string, look: (step: Step) => Promise<T> | T): Promise<T> {
  const { step, guard, finish } = begin(frame, 'read', title)
  const value = await guard(async () => look(step))
  finish('done')
  return value
}

/** The order is the promise: look, (in a dry run: say and stop), ask, declare, change. */
export async function change<T>(
  frame: Frame,
  planned: Change<T>,
  allow: (declaration: Declaration) => Promise<void>,
): Promise<T | undefined> {
  const { session, dryRun } = frame
  const { title, undo } = planned
  const declared = declarationOf(planned)
  const { name, step, guard, finish } = begin(frame, 'change', title)
  const already = await guard(() =>
    looked(planned, () => dryRun && session.standing.some((change) => change.outcome === 'planned')),
  )
  if (already) {
    finish('already', { why: already.why })
    return already.value
  }
  if (dryRun) {
    session.standing.push({ title, outcome: 'planned', undo })
    finish('planned', { declared })
    return undefined
  }
  await guard(() => allow(declared))
  session.emit({ type: 'step.changing', ...name, ...declared })
  const standing = { title, outcome: 'interrupted' as StepOutcome, undo }
  session.standing.push(standing)
  const work = session.changing(Promise.try(planned.run, step))
  work.then(
    () => {
      standing.outcome = 'done'
    },
    (error) => {
      if (!(error instanceof Interrupted)) standing.outcome = 'failed'
    },
  )
  const value = await guard(async () => work, work)
  finish('done')
  return value
}

function declarationOf({ effect, equivalent, undo, destructive = false }: Change<unknown>): Declaration {
  return { effect, equivalent: [equivalent].flat(), undo, destructive }
}

async function looked<T>(
  planned: Change<T>,
  supposed: () => boolean,
): Promise<false | { why: string; value?: T }> {
  if (!planned.already) return false
  try {
    return await planned.already()
  } catch (error) {
    // In a dry run the thing to look at may be what an earlier planned change would have made.
    if (supposed()) return false
    throw error
  }
}

/** Starts a step: `guard` ends it as failed or interrupted if its work does, `finish` ends it well. */
function begin({ session, depth, signal }: Frame, kind: StepName['kind'], title: string) {
  signal.throwIfAborted()
  const name: StepName = { id: session.nextStep(), kind, title, depth }
  const started = performance.now()
  session.emit({ type: 'step.started', ...name })
  const finish = (
    outcome: StepOutcome,
    more: { why?: string; error?: string; declared?: Declaration } = {},
  ) => {
    session.emit({
      type: 'step.finished',
      ...name,
      outcome,
      ms: Math.round(performance.now() - started),
      ...more,
    })
  }
  const step: Step = {
    waiting: (text) => session.emit({ type: 'step.waiting', ...name, text }),
    line: (text) => session.emit({ type: 'step.line', ...name, text }),
    signal,
  }
  async function guard<T>(work: () => Promise<T>, change?: Promise<T>): Promise<T> {
    try {
      return await abortable(signal, work())
    } catch (error) {
      const happened = error instanceof Interrupted && change && (await succeeds(change, lastWord))
      finish(happened ? 'done' : outcomeOf(error), happened ? {} : { error: sentence(error) })
      throw error
    }
  }
  return { name, step, guard, finish }
}

function outcomeOf(error: unknown): StepOutcome {
  if (error instanceof Interrupted) return 'interrupted'
  return error instanceof Refused ? 'refused' : 'failed'
}

/** Whether the work comes to a good end within that time. */
function succeeds(work: Promise<unknown>, ms: number): Promise<boolean> {
  const ended = work.then(
    () => true,
    () => false,
  )
  return Promise.race([ended, Bun.sleep(ms).then(() => false)])
}
