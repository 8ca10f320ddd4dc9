import { openBook } from '../book'
import { outlast } from '../commands/outlast'
import { Interrupted, Refused, Usage } from '../errors'
import type { Parsed } from '../flags/parse'
import { nestedSettings, type Settings } from '../flags/settings'
import { validate } from '../flags/validate'
import type { AnyDefinition, Outcome } from '../runbook'
import { abortable } from './abortable'
import { asRunbookError, failed } from './fate'
import type { Session } from './session'

/** How long an interrupted runbook may take to let go before it is left behind. */
const unwinding = 3000

/** Runs one runbook in a session: the outermost, and every one that is called in it. */
export async function execute(
  session: Session,
  definition: AnyDefinition,
  given: Parsed,
  depth: number,
  settings: Settings,
): Promise<Outcome<never>> {
  const lock = definition.changes === 'environment' ? (definition.lock ?? 'first') : 'none'
  const takeLock = async () => {
    if (lock === 'none' || settings.dryRun) return
    await abortable(session.signal, session.locks.take(settings.environment))
    await outlast({ session, depth, dryRun: false, signal: session.signal }, settings.environment)
  }
  const { book, tidy } = openBook(session, { name: definition.name, depth, settings, takeLock })
  try {
    const values = validate(given, definition.options ?? {}, definition.arguments)
    if (lock === 'first') await takeLock().catch(postpone)
    const data = await unwound(session.signal, definition.run(book, values as never))
    return { ok: true, exitCode: 0, data: data as never }
  } catch (thrown) {
    return failed(asRunbookError(thrown, settings))
  } finally {
    // What still changes the world is waited for: its outcome belongs to this run.
    if (depth === 0) await session.settled()
    await tidy()
  }
}

/** A held lock ends a run at once. No credentials, no network: the runbook's own steps say that better, and its first change tries again. */
function postpone(error: unknown): void {
  if (error instanceof Refused || error instanceof Interrupted || error instanceof Usage) throw error
}

/** Runs a runbook that another one called. */
export async function executeNested(
  session: Session,
  definition: AnyDefinition,
  given: Parsed,
  depth: number,
  around: Settings,
): Promise<Outcome<never>> {
  const started = performance.now()
  const { name: runbook } = definition
  const settings = nestedSettings(around, given)
  session.emit({ type: 'called', runbook, depth, environment: settings.environment })
  const outcome = await execute(session, definition, given, depth, settings)
  const { ok, exitCode, data, error } = outcome
  const ms = Math.round(performance.now() - started)
  session.emit({
    type: 'returned',
    runbook,
    depth,
    ok,
    exitCode,
    ms,
    data: data ?? {},
    error: error?.message,
  })
  return outcome
}

/** The run's own end; after an interruption soon, whether it listens or not. */
function unwound<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const patience = new AbortController()
  const stop = () => void setTimeout(() => patience.abort(signal.reason), unwinding)
  signal.addEventListener('abort', stop, { once: true })
  return abortable(patience.signal, work).finally(() => signal.removeEventListener('abort', stop))
}
