import { randomUUID } from 'node:crypto'
import { type Aws, createAws } from '../aws'
import { Children } from '../commands/children'
import { Interrupted } from '../errors'
import type { RunEvent, Sink, Standing } from '../events'
import type { Settings } from '../flags/settings'
import { Locks } from '../lock/lock'
import { redact } from '../secrets/redact'
import { abortable } from './abortable'

/** What all of one run shares, called runbooks included: output, interruption, children, locks, what was changed. */
export interface Session {
  readonly id: string
  readonly runbook: string
  /** The command that does the same again. */
  readonly again: string
  readonly settings: Settings
  readonly interactive: boolean
  readonly children: Children
  readonly locks: Locks
  readonly aws: Aws
  /** Aborted by Ctrl-C, SIGTERM, a lost lock, a reader that went away, and when the run is over. */
  readonly signal: AbortSignal
  /** Changes made so far, for saying what stands. */
  readonly standing: Standing[]
  /** What has been agreed to. */
  readonly granted: Set<string>
  emit(event: RunEvent): void
  /** Resolves when what was emitted has been read, or the run is interrupted. */
  drained(): Promise<void>
  interrupt(by: string, reason?: Error): void
  /** Counts a change as under way until it ends. */
  changing<T>(work: Promise<T>): Promise<T>
  /** Resolves when no change is under way, or the run was interrupted. */
  settled(): Promise<void>
  /** Ends whatever still runs once the outcome is known. */
  conclude(): Promise<void>
  nextStep(): number
}

export interface SessionOptions {
  runbook: string
  again: string
  settings: Settings
  sinks: Sink[]
  interactive: boolean
  /** A caller's own interruption, when the runbook is run as a function. */
  signal?: AbortSignal | undefined
}

export function createSession({
  runbook,
  again,
  settings,
  sinks,
  interactive,
  signal,
}: SessionOptions): Session {
  const controller = new AbortController()
  const children = new Children()
  const underWay = new Set<Promise<unknown>>()
  const id = randomUUID().slice(0, 8)
  let steps = 0
  let over = false
  const emit = (event: RunEvent) => {
    // The result is the last word; an answer from AWS may still come in after it.
    if (over) return
    over = event.type === 'result'
    const recorded = { ...redact(event), at: new Date().toISOString() }
    for (const sink of sinks) sink.take(recorded)
  }
  const aws = createAws(settings, emit)
  const lost = (error: Error) => session.interrupt('a lost lock', error)
  const session: Session = {
    id,
    runbook,
    again,
    settings,
    interactive,
    children,
    aws,
    locks: new Locks({ id, runbook, again, aws, lost, emit }),
    signal: controller.signal,
    standing: [],
    granted: new Set(),
    emit,
    async drained() {
      const read = Promise.all(sinks.map((sink) => sink.drained?.()))
      await abortable(controller.signal, read)
    },
    interrupt(by, reason = new Interrupted(`Interrupted by ${by}`)) {
      if (controller.signal.aborted) return
      emit({ type: 'interrupted', by })
      controller.abort(reason)
      void children.end()
    },
    changing(work) {
      underWay.add(work)
      work.catch(() => {}).finally(() => underWay.delete(work))
      return work
    },
    async settled() {
      const interrupted = new Promise<void>((resolve) => {
        if (controller.signal.aborted) resolve()
        controller.signal.addEventListener('abort', () => resolve(), { once: true })
      })
      await Promise.race([Promise.allSettled(underWay), interrupted])
    },
    async conclude() {
      controller.abort(new Interrupted('The run is over'))
      const left = children.names
      if (left.length > 0)
        emit({ type: 'note', text: `Waiting for ${left.join(', ')} to stop in order`, depth: 0 })
      await children.end()
      // Steps that were left behind say so now, before the result does.
      await Bun.sleep(0)
    },
    nextStep: () => ++steps,
  }
  if (signal?.aborted) session.interrupt('its caller')
  signal?.addEventListener('abort', () => session.interrupt('its caller'), { once: true })
  return session
}
