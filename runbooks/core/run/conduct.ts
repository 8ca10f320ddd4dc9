import { exitCodes, type RunbookError } from '../errors'
import type { Sink } from '../events'
import { sentence } from '../explain/explain'
import type { Parsed } from '../flags/parse'
import { type Settings, settle } from '../flags/settings'
import { validate } from '../flags/validate'
import { openJournal } from '../journal/journal'
import { localUser, thisProcess } from '../lock/holder'
import type { AnyDefinition, Outcome, RunInputs } from '../runbook'
import { execute } from './execute'
import { asRunbookError, beneath, failed } from './fate'
import { createSession, type Session } from './session'

export interface Performance {
  inputs: Parsed
  settings: Settings
  sinks: Sink[]
  /** Somebody sits at a terminal and can be asked. */
  interactive: boolean
  /** The command that does the same again. */
  again: string
  signal?: AbortSignal | undefined
  /** Called with the session before anything happens in it. */
  ready?: (session: Session) => void
}

/** The whole of a run, from its first event to its result. */
export async function conduct(definition: AnyDefinition, performance: Performance): Promise<Outcome<never>> {
  const { inputs, settings, interactive, again, signal } = performance
  const runbook = definition.name
  const journal = openJournal(runbook)
  const session = createSession({
    runbook,
    again,
    settings,
    // The journal first: whoever hears of a thing may rely on its being written, also if the run is killed on the spot.
    sinks: [journal, ...performance.sinks],
    interactive,
    signal,
  })
  performance.ready?.(session)
  session.emit({
    type: 'start',
    runbook,
    run: session.id,
    environment: settings.environment,
    region: settings.region,
    dryRun: settings.dryRun,
    inputs: { ...inputs, environment: settings.environment, region: settings.region },
    user: localUser(),
    process: thisProcess(),
  })
  // An emergency has its first calls to itself: who acts, and where the journal goes, is asked after them.
  journal.follow(session.aws, definition.lock === 'none' ? 3_000 : 0)
  const outcome = await execute(session, definition, inputs, 0, settings)
  await session.conclude()
  tell(session, outcome)
  for (const error of await session.locks.release()) {
    const text = `The lock could not be given back; it expires by itself: ${sentence(error)}`
    session.emit({ type: 'warning', text, depth: 0 })
  }
  const { ok, exitCode, data } = outcome
  session.emit({ type: 'result', runbook, ok, exitCode, data: data ?? {} })
  await journal.keep(session.aws)
  return outcome
}

/** What stands, what went wrong, what to type. */
function tell(session: Session, { error }: Outcome): void {
  if (!error) return
  const changes = session.standing.filter(
    (change) => change.outcome !== 'planned' && change.outcome !== 'refused',
  )
  if (changes.length > 0) session.emit({ type: 'standing', changes, again: session.again })
  session.emit({
    type: 'error',
    message: error.message,
    detail: beneath(error),
    next: error.next ?? nextAfter(error, session),
    exitCode: error.exitCode,
  })
}

/** Where an error names no command: to run the same again is to go on, and what is unwell is looked into. */
function nextAfter({ exitCode }: RunbookError, { again, runbook, settings }: Session): string | undefined {
  if (exitCode === exitCodes.failed || exitCode === exitCodes.interrupted) return again
  if (exitCode === exitCodes.usage) return `bun runbooks/${runbook}.ts --help`
  if (exitCode === exitCodes.unhealthy)
    return `bun runbooks/troubleshoot.ts --environment ${settings.environment}`
  return undefined
}

/** A run with no process around it: nothing is printed, asked, or done to the exit code. */
export async function runAsFunction(definition: AnyDefinition, inputs: RunInputs): Promise<Outcome<never>> {
  const { output, signal, ...given } = inputs
  try {
    const settings = settle(given as Parsed, process.env)
    validate(given as Parsed, definition.options ?? {}, definition.arguments)
    return await conduct(definition, {
      inputs: given as Parsed,
      settings,
      sinks: output ? [typeof output === 'function' ? { take: output } : output] : [],
      interactive: false,
      again: `bun runbooks/${definition.name}.ts --environment ${settings.environment}`,
      signal,
    })
  } catch (thrown) {
    return failed(asRunbookError(thrown))
  }
}
