import { abortable } from './abortable'
import { openBook } from './book'
import { Failed, Interrupted, RunbookError } from './errors'
import type { Sink } from './events'
import { explain } from './explain'
import { localUser } from './holder'
import { createJournal } from './journal'
import type { Parsed } from './parse'
import type { AnyDefinition, Outcome, RunInputs } from './runbook'
import { createSession, type Session } from './session'
import { type Settings, settle } from './settings'
import { validate } from './validate'

/** How long a runbook that was interrupted may take to let go. */
const unwinding = 3000

/** Runs one runbook in a session: the outermost and every called one. */
export async function execute(
  session: Session,
  { definition }: { definition: AnyDefinition },
  inputs: object,
  depth: number,
  around: Settings,
): Promise<Outcome<never>> {
  const started = performance.now()
  const given = inputs as Parsed
  const settings = depth === 0 ? around : nested(around, given)
  if (depth > 0) {
    session.emit({ type: 'called', runbook: definition.name, depth, environment: settings.environment })
  }
  const outcome = await attempt(session, definition, given, depth, settings)
  if (depth > 0) {
    const { ok, exitCode, error } = outcome
    const ms = Math.round(performance.now() - started)
    session.emit({
      type: 'returned',
      runbook: definition.name,
      depth,
      ok,
      exitCode,
      ms,
      error: error?.message,
    })
  }
  return outcome as Outcome<never>
}

async function attempt(
  session: Session,
  definition: AnyDefinition,
  given: Parsed,
  depth: number,
  settings: Settings,
): Promise<Outcome> {
  const locks = definition.changes === 'environment' ? (definition.lock ?? 'first') : 'none'
  const takeLock = () => session.locks.take(settings.environment)
  const { book, tidy } = openBook(session, {
    name: definition.name,
    depth,
    settings,
    takeLock: locks === 'none' ? async () => {} : takeLock,
  })
  try {
    const values = validate(given, definition.options ?? {}, definition.arguments)
    if (locks === 'first' && !settings.dryRun) await abortable(session.signal, takeLock())
    const data = await unwound(session, definition.run(book, values as never))
    return { ok: true, exitCode: 0, data }
  } catch (thrown) {
    const error = asRunbookError(thrown)
    return { ok: false, exitCode: error.exitCode, data: error.data, error }
  } finally {
    await tidy()
  }
}

/** The run's own end; when it was interrupted, soon, whether it listens or not. */
async function unwound<T>(session: Session, work: Promise<T>): Promise<T> {
  const patience = new AbortController()
  const stop = () => setTimeout(() => patience.abort(session.signal.reason), unwinding).unref()
  session.signal.addEventListener('abort', stop, { once: true })
  return abortable(patience.signal, work)
}

function nested(around: Settings, given: Parsed): Settings {
  return {
    ...around,
    ...Object.fromEntries(
      Object.entries(given).filter(([key, value]) => key in around && value !== undefined),
    ),
  }
}

/** Whatever was thrown, as an error with a sentence, an exit code and a next command. */
function asRunbookError(thrown: unknown): RunbookError {
  const explained = explain(thrown)
  if (thrown instanceof RunbookError && explained?.sentence === thrown.message) return thrown
  const message = explained?.sentence ?? (thrown instanceof Error ? thrown.message : String(thrown))
  const data = thrown instanceof RunbookError ? thrown.data : undefined
  return new Failed(message, { next: explained?.next, cause: thrown, data })
}

/** The whole of a run, from its first event to its result. */
export async function conduct(
  definition: AnyDefinition,
  options: {
    inputs: Parsed
    settings: Settings
    sinks: Sink[]
    interactive: boolean
    again: string
    signal?: AbortSignal | undefined
    ready?: (session: Session) => void
  },
): Promise<Outcome> {
  const { inputs, settings, interactive, again, signal } = options
  const journal = createJournal(definition.name, settings)
  const sinks = [...options.sinks, journal]
  const session = createSession({ runbook: definition.name, again, settings, sinks, interactive, signal })
  options.ready?.(session)
  session.emit({
    type: 'start',
    runbook: definition.name,
    run: session.id,
    environment: settings.environment,
    region: settings.region,
    dryRun: settings.dryRun,
    inputs: { ...inputs, ...settings },
    user: localUser(),
  })
  const outcome = await execute(session, { definition }, inputs, 0, settings)
  await session.conclude()
  tell(session, outcome)
  for (const error of await session.locks.release()) {
    session.emit({
      type: 'warning',
      text: `The lock could not be given back, it expires by itself: ${error.message}`,
      depth: 0,
    })
  }
  const { ok, exitCode, data } = outcome
  session.emit({ type: 'result', runbook: definition.name, ok, exitCode, data: data ?? {} })
  await journal.keep(session.aws)
  for (const sink of sinks) await sink.close?.()
  return outcome
}

function tell(session: Session, { error }: Outcome): void {
  if (!error) return
  const changes = session.standing.filter((change) => change.outcome !== 'planned')
  if (changes.length > 0) session.emit({ type: 'standing', changes, again: session.again })
  session.emit({
    type: 'error',
    message: error.message,
    detail: detail(error.cause),
    next: error.next ?? (error instanceof Interrupted ? session.again : undefined),
    exitCode: error.exitCode,
  })
}

/** The causes beneath an error, one line or block each. */
function detail(cause: unknown): string[] {
  const lines: string[] = []
  for (
    let at = cause;
    at !== undefined && at !== null && lines.length < 30;
    at = at instanceof Error ? at.cause : undefined
  ) {
    const told = at as { lastLines?: string[]; name?: string; message?: string }
    lines.push(at instanceof Error ? `${told.name}: ${told.message}` : String(at), ...(told.lastLines ?? []))
  }
  return lines
}

export async function runAsFunction(definition: AnyDefinition, inputs: RunInputs & object): Promise<Outcome> {
  const { output, signal, ...given } = inputs
  const sink = typeof output === 'function' ? { take: output } : output
  try {
    const settings = settle(given as Parsed, process.env)
    return await conduct(definition, {
      inputs: given as Parsed,
      settings,
      sinks: sink ? [sink] : [],
      interactive: false,
      again: `bun runbooks/${definition.name}.ts --environment ${settings.environment}`,
      signal,
    })
  } catch (thrown) {
    const error = asRunbookError(thrown)
    return { ok: false, exitCode: error.exitCode, data: error.data, error }
  }
}
