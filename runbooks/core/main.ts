import { conduct } from './conduct'
import { Interrupted, RunbookError } from './errors'
import { help } from './help'
import { chooseOutput } from './output/choose'
import { openOutlet } from './output/outlet'
import { parse } from './parse'
import { concealEnvironment } from './redact'
import type { AnyDefinition } from './runbook'
import { settle } from './settings'
import { listen } from './signals'
import { validate } from './validate'

/** A runbook as a command. Only `process.exitCode` is set: an exit would lose what is still in the pipe. */
export async function main(definition: AnyDefinition, argv: readonly string[]): Promise<void> {
  const stdout = openOutlet(Bun.stdout)
  const stderr = openOutlet(Bun.stderr)
  const wantsJson = argv.includes('--json')
  try {
    const given = parse(argv, definition.options ?? {}, definition.arguments)
    if (given.help) {
      stdout.write(help(definition, width()))
      return
    }
    const settings = settle(given, process.env)
    validate(given, definition.options ?? {}, definition.arguments)
    concealEnvironment(process.env)
    const sinks = [chooseOutput(stdout, stderr, settings.json, process.env)]
    let stop = () => {}
    const outcome = await conduct(definition, {
      inputs: given,
      settings,
      sinks,
      interactive: process.stdin.isTTY === true,
      again: ['bun', `runbooks/${definition.name}.ts`, ...argv].join(' '),
      ready(session) {
        stop = listen(session)
        stdout.closed.addEventListener('abort', () => {
          if (definition.changes === 'nothing') session.interrupt('a closed output')
        })
      },
    })
    stop()
    process.exitCode = outcome.exitCode
  } catch (error) {
    if (!(error instanceof RunbookError) || error instanceof Interrupted) throw error
    process.exitCode = error.exitCode
    stderr.write(`${definition.name}: ${error.message}\n`)
    stderr.write(`${error.next ?? `bun runbooks/${definition.name}.ts --help`}\n`)
    if (wantsJson) {
      const { exitCode } = error
      stdout.write(
        `${JSON.stringify({ type: 'result', runbook: definition.name, ok: false, exitCode, data: {} })}\n`,
      )
    }
  } finally {
    await Promise.all([stdout.drained(), stderr.drained()])
    // Whatever an interrupted step still waits for must not hold the process; everything is written by now.
    setTimeout(() => process.exit(), 250).unref()
  }
}

function width(): number {
  return Math.min(process.stdout.columns || 100, 110)
}
