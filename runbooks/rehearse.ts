import 'zx/globals'
import { down } from '../rehearsal/down'
import { environment, shellLines, surroundings } from '../rehearsal/env'
import { rehearsalDir } from '../rehearsal/place'
import { status, statusLines } from '../rehearsal/status'
import { up } from '../rehearsal/up'
import { Refused, runbook } from './core'
import { drillsNamed, listDrills, rehearseDrills } from './rehearsal/drilling'
import { type Line, run, type Section, sections } from './rehearsal/sections'

export const rehearse = runbook({
  name: 'rehearse',
  summary:
    'Run the whole guide on this machine: AWS is played, Terraform, the runbooks and the chatbot are real',
  guide: ['all'],
  description: `Without a word it starts a rehearsal, runs the guide from setup to destroy, and takes it down again.

  up      start one and leave it running
  env     print what leads your shell to it: eval "$(bun runbooks/rehearse.ts env)"
          then any runbook, terraform, aws or curl works against it (env --json for programs)
  status  what runs, on which ports, and what it was asked that it does not know
  down    end it, and everything it started
  drill   break it in a named way, run the real runbook, and show what holds afterwards;
          several names share one stage, all is every drill. In a rehearsal that is up
          it uses the environment that is deployed there, and puts it back
  drills  list them`,
  arguments: {
    what: {
      choices: ['all', 'up', 'env', 'status', 'down', 'drill', 'drills'],
      help: 'What to do (default all)',
    },
    name: { repeatable: true, help: 'Which drills, with drill' },
  },
  options: {
    keep: { type: 'boolean', help: 'Leave the rehearsal running, with the environment deployed in it' },
  },
  examples: [
    'npm run rehearse',
    'bun runbooks/rehearse.ts up',
    'eval "$(bun runbooks/rehearse.ts env)"',
    'bun runbooks/rehearse.ts drill crash-on-start',
  ],
  changes: 'nothing',

  async run(book, { what = 'all', name: names, keep }) {
    const drills = drillsNamed(what, names)
    if (what === 'status') return tell(await status())
    if (what === 'down') return { ended: await book.read('End the rehearsal', () => down()) }
    if (what === 'drills') return listDrills(book)
    if (what === 'up') {
      const { urls } = await book.read('Start the rehearsal', (step) => up({ say: step.waiting }))
      book.note('Lead your shell to it: eval "$(bun runbooks/rehearse.ts env)"')
      return { urls }
    }

    const found = (await status()).up
    if (found && what === 'all') {
      throw new Refused('Rehearse the guide: a rehearsal is up here already, and may be in use', {
        next: 'bun runbooks/rehearse.ts down',
      })
    }
    if (!keep && !found) book.cleanup(async () => void (await down()))
    if (!found) await book.read('Start the rehearsal', (step) => up({ say: step.waiting, mine: !keep }))
    if (what === 'drill')
      return rehearseDrills(book, drills, { ground: surroundings(), putBack: found || keep })

    const env = environment()
    const lines: Line[] = []
    const wanted: Section[] = sections.filter(({ name }) => !(keep && name === 'destroy'))
    for (const section of wanted) {
      lines.push(
        await book.read(`${section.guide}: ${section.title}`, (step) => run(book, step, section, env)),
      )
    }

    const { unknown, calls } = await status()
    for (const { call, times } of unknown)
      book.warn(`The rehearsal does not know ${call} (asked ${times} times)`)
    book.note(`${calls.total} API calls, ${calls.distinct} different ones`)
    if (keep) book.note('It is left running: eval "$(bun runbooks/rehearse.ts env)"')
    return { sections: lines, calls: calls.total, unknown }

    function tell(it: Awaited<ReturnType<typeof status>>) {
      for (const line of statusLines(it)) book.note(line)
      return it
    }
  },
})

/** `env` prints for `eval` and for programs: not a line more, whatever else runbooks print. */
function printEnvironment(json: boolean): void {
  try {
    const it = environment()
    process.stdout.write(json ? `${JSON.stringify(it)}\n` : shellLines(it))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}

if (import.meta.main) {
  // Its runs are not those of an environment: they stay in the rehearsal's folder.
  process.env.TRIA_RUNBOOKS_DIR ??= `${rehearsalDir()}/runbooks`
  const [what, ...flags] = process.argv.slice(2)
  const plain = what === 'env' && flags.every((flag) => flag === '--json')
  if (plain) printEnvironment(flags.includes('--json'))
  else await rehearse.main()
}
