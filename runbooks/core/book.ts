import { type Identity, noRegion } from './aws'
import { type CommandOptions, type CommandResult, command } from './commands/command'
import { type Confirmation, createConfirm } from './confirm/confirm'
import { Interrupted } from './errors'
import type { LogLine, Row } from './events'
import type { Parsed } from './flags/parse'
import type { Settings } from './flags/settings'
import type { Objects } from './objects/objects'
import { executeNested } from './run/execute'
import type { Session } from './run/session'
import type { CommonInputs, Outcome, Runbook } from './runbook'
import type { Secret } from './secrets/secret'
import { type Change, change, read, type Step } from './step'

/** What a runbook is written on: it reads, changes, asks and tells through this. */
export interface Book extends Omit<Settings, 'region'> {
  /** The AWS region; asking for it when nothing names one is a usage error. */
  readonly region: string
  /** Aborted by Ctrl-C and SIGTERM: hand it to whatever can wait long. */
  readonly signal: AbortSignal
  /** This run's id, as the journal and the lock know it. */
  readonly id: string
  /** Somebody sits at a terminal and can be asked. */
  readonly interactive: boolean
  /** Looks, and changes nothing. */
  read<T>(title: string, look: (step: Step) => Promise<T> | T): Promise<T>
  /** Changes something; in a dry run only says what, and returns undefined. */
  change<T>(change: Change<T>): Promise<T | undefined>
  /** Shows the effect and asks; refuses at once where nobody can answer. */
  confirm(confirmation: Confirmation): Promise<void>
  note(text: string): void
  warn(text: string): void
  table(rows: Row[]): void
  /** Lines of a log; resolves when their reader has them. The journal does not keep them. */
  logs(lines: LogLine[]): Promise<void>
  /** An event of the runbook's own, for NDJSON and the journal. */
  event(type: string, fields?: Record<string, unknown>): void
  /** Markdown for the step summary of GitHub Actions. */
  summary(markdown: string): void
  /** Runs a child process, which ends with the run. */
  command(file: string, args: readonly (string | Secret)[], options?: CommandOptions): Promise<CommandResult>
  /** Done when this runbook ends, however it ends; the last registered first. */
  cleanup(tidy: () => void | Promise<void>): void
  /** Runs another runbook inside this one: same lock, journal, output, interruption. */
  call<I, D>(other: Runbook<I, D>, inputs?: CommonInputs & I): Promise<Outcome<D>>
  /** Takes the environment's lock now, for a runbook that declared `lock: 'later'`. */
  lock(): Promise<void>
  /** Who AWS says is calling. */
  identity(): Promise<Identity>
  /** The state bucket, or the local folder while there is none. */
  state(): Promise<Objects>
}

export interface BookOptions {
  name: string
  depth: number
  settings: Settings
  takeLock: () => Promise<void>
}

/** A book for one runbook of a session, and what tidies up after it. */
export function openBook(session: Session, { name, depth, settings, takeLock }: BookOptions) {
  const { region: _, ...shown } = settings
  const frame = { session, depth, dryRun: settings.dryRun, signal: session.signal }
  const cleanups: (() => void | Promise<void>)[] = []
  const { confirm, allow } = createConfirm(session, settings)
  const book: Book = {
    ...shown,
    id: session.id,
    interactive: session.interactive,
    signal: session.signal,
    get region() {
      if (!settings.region) throw noRegion()
      return settings.region
    },
    read: (title, look) => read(frame, title, look),
    async change(planned) {
      await takeLock()
      return change(frame, planned, allow)
    },
    confirm,
    note: (text) => session.emit({ type: 'note', text, depth }),
    warn: (text) => session.emit({ type: 'warning', text, depth }),
    table: (rows) => session.emit({ type: 'table', rows, depth }),
    logs(lines) {
      session.emit({ type: 'logs', lines })
      return session.drained()
    },
    event: (type, fields = {}) => session.emit({ ...fields, type, custom: true }),
    summary: (markdown) => session.emit({ type: 'summary', markdown }),
    command: (file, args, options) =>
      command(
        {
          children: session.children,
          signal: frame.signal,
          env: childEnvironment(settings, process.env),
          environment: settings.environment,
          runbook: name,
          run: session.id,
          trace: (text) => settings.verbose && session.emit({ type: 'trace', text }),
        },
        file,
        args,
        options,
      ),
    cleanup: (tidy) => void cleanups.push(tidy),
    async call(other, inputs) {
      const outcome = await executeNested(
        session,
        other.definition,
        (inputs ?? {}) as Parsed,
        depth + 1,
        settings,
      )
      if (outcome.error instanceof Interrupted) throw outcome.error
      return outcome
    },
    lock: takeLock,
    identity: () => session.aws.identity(),
    state: () => session.aws.state(),
  }
  async function tidy(): Promise<void> {
    frame.signal = new AbortController().signal
    for (const step of cleanups.reverse()) {
      try {
        await step()
      } catch (error) {
        book.warn(`Cleaning up: ${error instanceof Error ? error.message : error}`)
      }
    }
  }
  return { book, tidy }
}

/** A profile that was asked for must not lose against keys that happen to be in the environment. */
function childEnvironment({ region, profile }: Settings, env: Record<string, string | undefined>) {
  const chosen = profile !== undefined && profile !== env.AWS_PROFILE
  const keys = chosen
    ? { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined }
    : {}
  return { ...env, ...keys, AWS_PAGER: '', AWS_REGION: region, AWS_PROFILE: profile }
}
