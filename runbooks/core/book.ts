import { type Identity, noRegion } from './aws'
import { type CommandOptions, type CommandResult, command } from './command'
import { type Confirmation, createConfirm } from './confirm'
import { Interrupted } from './errors'
import type { Row } from './events'
import { execute } from './execute'
import type { Objects } from './objects'
import type { CommonInputs, Outcome, Runbook } from './runbook'
import type { Secret } from './secret'
import type { Session } from './session'
import type { Settings } from './settings'
import { type Change, change, read, type Step } from './step'

/** What a runbook is written on: it reads, changes, asks and tells through this. */
export interface Book extends Omit<Settings, 'region'> {
  /** The AWS region; asking for it when nothing names one is a usage error. */
  readonly region: string
  /** Aborted by Ctrl-C and SIGTERM: hand it to whatever can wait long. */
  readonly signal: AbortSignal
  /** This run's id, as the journal and the lock know it. */
  readonly id: string
  /** Looks, and changes nothing. */
  read<T>(title: string, look: (step: Step) => Promise<T> | T): Promise<T>
  /** Changes something; in a dry run only says what, and returns undefined. */
  change<T>(change: Change<T>): Promise<T | undefined>
  /** Shows the effect and asks; refuses at once where nobody can answer. */
  confirm(confirmation: Confirmation): Promise<void>
  note(text: string): void
  warn(text: string): void
  table(rows: Row[]): void
  /** An event of the runbook's own, for NDJSON and the journal. */
  event(type: string, fields?: Record<string, unknown>): void
  /** Markdown for the step summary of GitHub Actions. */
  summary(markdown: string): void
  /** Runs a child process; ended with the run. */
  command(file: string, args: readonly (string | Secret)[], options?: CommandOptions): Promise<CommandResult>
  /** Done when this runbook ends, however it ends; the last registered first. */
  cleanup(tidy: () => void | Promise<void>): void
  /** Runs another runbook inside this one: same lock, journal, output, interruption. */
  call<I, D>(other: Runbook<I, D>, inputs?: CommonInputs & I): Promise<Outcome<D>>
  /** Takes the environment's lock now, for a runbook that declared `lock: 'later'`. */
  lock(): Promise<void>
  /** Who AWS says is calling. */
  identity(): Promise<Identity>
  /** An AWS client of this run's region and profile, made once. */
  client<C>(Client: new (config: object) => C): C
  /** The state bucket, or the local folder while there is none. */
  state(): Promise<Objects>
}

export interface Desk {
  book: Book
  tidy(): Promise<void>
}

/** `needsLock` and `guarded`: this runbook changes an environment. */
export interface BookOptions {
  name: string
  depth: number
  settings: Settings
  takeLock: () => Promise<void>
}

export function openBook(session: Session, { depth, settings, takeLock }: BookOptions): Desk {
  const cleanups: (() => void | Promise<void>)[] = []
  let tidying = false
  const { confirm, allow } = createConfirm(session, settings)
  const { region: _region, ...shown } = settings
  const book: Book = {
    ...shown,
    id: session.id,
    signal: session.signal,
    get region() {
      if (settings.region) return settings.region
      throw noRegion()
    },
    read: (title, look) => read(session, depth, title, look),
    change: async (planned) => {
      if (!settings.dryRun) await takeLock()
      return change(session, depth, planned, allow)
    },
    confirm,
    note: (text) => session.emit({ type: 'note', text, depth }),
    warn: (text) => session.emit({ type: 'warning', text, depth }),
    table: (rows) => session.emit({ type: 'table', rows, depth }),
    event: (type, fields = {}) => session.emit({ ...fields, type, custom: true }),
    summary: (markdown) => session.emit({ type: 'summary', markdown }),
    command: (file, args, options) =>
      command(
        {
          children: session.children,
          signal: tidying ? new AbortController().signal : session.signal,
          env: { ...process.env, AWS_PAGER: '', AWS_REGION: settings.region, AWS_PROFILE: settings.profile },
          trace: (text) => settings.verbose && session.emit({ type: 'trace', text }),
        },
        file,
        args,
        options,
      ),
    cleanup: (tidy) => cleanups.push(tidy),
    async call(other, inputs) {
      const outcome = await execute(session, other, inputs ?? {}, depth + 1, settings)
      if (outcome.error instanceof Interrupted) throw outcome.error
      return outcome
    },
    lock: takeLock,
    identity: () => session.aws.identity(),
    client: (Client) => session.aws.client(Client),
    state: () => session.aws.state(),
  }
  return {
    book,
    async tidy() {
      tidying = true
      for (const tidy of cleanups.reverse()) {
        try {
          await tidy()
        } catch (error) {
          book.warn(`Cleaning up: ${error instanceof Error ? error.message : error}`)
        }
      }
    },
  }
}
