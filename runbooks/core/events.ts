import type { Holder } from './lock/holder'

/** Everything that happens in a run is one of these. Terminal, pipe, NDJSON, journal and step summary all read the same ones. */
export type StepOutcome = 'done' | 'already' | 'planned' | 'failed' | 'refused' | 'interrupted'

export interface StepName {
  id: number
  kind: 'read' | 'change'
  title: string
  /** How many runbooks deep: a called runbook's steps are 1. */
  depth: number
}

export interface Declaration {
  effect: string
  /** The AWS CLI, Terraform or Docker commands that do the same by hand. */
  equivalent: string[]
  undo: string | undefined
  destructive: boolean
}

export type Why = 'production' | 'destructive' | 'emergency' | 'fix'

/** A change of this run that the world still shows: what to know when it ends early. */
export interface Standing {
  title: string
  outcome: StepOutcome
  undo: string | undefined
}

export type KitEvent =
  | {
      type: 'start'
      runbook: string
      run: string
      environment: string
      region: string | undefined
      dryRun: boolean
      inputs: Record<string, unknown>
      user: string
      process: Holder
    }
  | { type: 'who'; account: string; arn: string }
  | ({ type: 'step.started' } & StepName)
  | ({ type: 'step.changing' } & StepName & Declaration)
  | ({ type: 'step.waiting'; text: string } & StepName)
  | ({ type: 'step.line'; text: string } & StepName)
  | ({
      type: 'step.finished'
      outcome: StepOutcome
      ms: number
      why?: string | undefined
      error?: string | undefined
      declared?: Declaration | undefined
    } & StepName)
  | { type: 'note' | 'warning'; text: string; depth: number }
  | { type: 'table'; rows: Row[]; depth: number }
  | { type: 'logs'; lines: LogLine[] }
  | { type: 'question'; effect: string; why: Why; typed?: string | undefined }
  | { type: 'answer'; effect: string; why: Why; how: 'yes-flag' | 'asked' | 'refused' }
  | { type: 'trace'; text: string }
  | { type: 'summary'; markdown: string }
  | { type: 'called'; runbook: string; depth: number; environment: string }
  | {
      type: 'returned'
      runbook: string
      depth: number
      ok: boolean
      exitCode: number
      ms: number
      data: unknown
      error?: string | undefined
    }
  | { type: 'interrupted'; by: string }
  | { type: 'standing'; changes: Standing[]; again: string }
  | { type: 'error'; message: string; detail: string[]; next: string | undefined; exitCode: number }
  | { type: 'result'; runbook: string; ok: boolean; exitCode: number; data: unknown }

export type Row = Record<string, unknown>

/** A line of a log that is looked at, as it was written. */
export interface LogLine {
  time: string
  /** Who wrote it. */
  source: string
  level: 'debug' | 'info' | 'warn' | 'error'
  message: string
  /** It came after later ones had been told. */
  late?: true
}

/** A runbook's own event, e.g. `deployment`. */
export interface CustomEvent {
  type: string
  custom: true
  [field: string]: unknown
}

export type RunEvent = KitEvent | CustomEvent

/** An event as the sinks get it: without secrets, and with its time. */
export type Recorded = RunEvent & { at: string }

export function isCustom(event: RunEvent): event is CustomEvent {
  return 'custom' in event
}

/** Where events go. */
export interface Sink {
  take(event: Recorded): void
  /** Resolves when everything taken has been read, or nobody reads any more: for whoever has more to tell than fits in memory. */
  drained?(): Promise<void>
}
