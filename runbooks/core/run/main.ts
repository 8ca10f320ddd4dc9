import { RunbookError } from '../errors'
import { help } from '../flags/help'
import { parse } from '../flags/parse'
import { settle } from '../flags/settings'
import { validate } from '../flags/validate'
import { chooseOutput } from '../output/choose'
import { openOutlet } from '../output/outlet'
import { stepSummary } from '../output/summary'
import type { AnyDefinition } from '../runbook'
import { concealEnvironment, redactText } from '../secrets/redact'
import { conduct } from './conduct'
import { listen } from './signals'

/** A runbook as a command: the command line in; output and an exit code out. */
export async function main(definition: AnyDefinition, argv: readonly string[]): Promise<void> {
  const stdout = openOutlet(Bun.stdout)
  const stderr = openOutlet(Bun.stderr)
  const file = `runbooks/${definition.name}.ts`
  let stop = () => {}
  try {
    const given = parse(argv, definition.options ?? {}, definition.arguments)
    if (given.help) {
      stdout.write(help(definition, Math.min(process.stdout.columns || 100, 100)))
      return
    }
    const settings = settle(given, process.env)
    // Before anything is printed or written: a command line that cannot be meant is no run.
    validate(given, definition.options ?? {}, definition.arguments)
    concealEnvironment(process.env)
    const summary = process.env.GITHUB_STEP_SUMMARY
    const { exitCode } = await conduct(definition, {
      inputs: given,
      settings,
      sinks: [
        chooseOutput(stdout, stderr, settings.json, process.env),
        ...(summary ? [stepSummary(summary)] : []),
      ],
      interactive: process.stdin.isTTY === true,
      again: ['bun', file, ...argv.map(typed)].join(' '),
      ready(session) {
        stop = listen(session)
        stdout.closed.addEventListener('abort', () => {
          // As with `| head`: whoever only looks has nothing left to do. A change goes on, unheard.
          if (definition.changes === 'nothing') session.interrupt('a closed output')
        })
      },
    })
    process.exitCode = exitCode
  } catch (error) {
    if (!(error instanceof RunbookError)) throw error
    const { exitCode } = error
    process.exitCode = exitCode
    stderr.write(
      `${redactText(`${definition.name}: ${error.message}\n  Next: ${error.next ?? `bun ${file} --help`}`)}\n`,
    )
    if (argv.includes('--json')) {
      stdout.write(
        `${JSON.stringify({ type: 'result', runbook: definition.name, ok: false, exitCode, data: {} })}\n`,
      )
    }
  } finally {
    stop()
    // An exit before the reader has everything would lose the rest; after it, an exit only ends what was left behind.
    await Promise.all([stdout.drained(), stderr.drained()])
    setTimeout(() => process.exit(), 100).unref()
  }
}

/** An argument as it would be typed again. */
function typed(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}
