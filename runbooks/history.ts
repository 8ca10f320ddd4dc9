import { Failed, runbook, Usage } from './core'
import { theRun } from './history/find'
import { rowOf, runsOf } from './history/list'
import { showRun } from './history/show'
import { fromJournals } from './history/stores'
import { stepsOf } from './history/told'
import { printUndo } from './history/undo'

export const history = runbook({
  name: 'history',
  summary: "List and show the whole team's runs, and print what takes one back",
  guide: ['10'],
  description:
    'Reads the journal in the state bucket, and what this machine has not brought there yet. RUN is a name from the list, or a part of one.',
  arguments: { run: { help: 'The run to show, step by step; without it, the newest runs are listed' } },
  options: {
    undo: {
      type: 'string',
      value: 'RUN',
      help: "Print (not run) that run's undo commands, last change first",
    },
    limit: { type: 'integer', value: 'N', default: 20, min: 1, max: 1000, help: 'How many runs to list' },
    runbook: { type: 'string', value: 'NAME', help: 'Only runs of this runbook' },
    all: { type: 'boolean', help: 'Runs of every environment' },
  },
  examples: [
    'bun runbooks/history.ts',
    'bun runbooks/history.ts --runbook deploy --all',
    'bun runbooks/history.ts 2026-11-23T08-20',
    'bun runbooks/history.ts --undo 2026-11-23T08-20-04.123Z-deploy',
  ],
  changes: 'nothing',

  async run(book, options) {
    const { undo, run } = options
    if (undo && run) throw new Usage('RUN and --undo RUN: one of them at a time')
    const part = undo ?? run
    if (part) {
      const { name, events } = await book.read('The run', () => theRun(book, part))
      const steps = stepsOf(events)
      if (undo) return printUndo(book, name, steps)
      showRun(book, events, steps)
      return { run: name, events }
    }

    const environment = options.all ? undefined : book.environment
    const wanted = { limit: options.limit, environment, runbook: options.runbook }
    const { found, gap } = await book.read('Runs', () =>
      fromJournals(book, (places) => runsOf(places, wanted)),
    )
    if (gap) book.warn(gap.text)
    if (found.length > 0) book.table(found.map((run) => rowOf(run, options.all)))
    else book.note(`No runs${environment ? ` of ${environment} (--all for every environment)` : ''}`)
    const data = { runs: found, gaps: gap ? [gap.text] : [] }
    if (gap?.unread) throw new Failed(gap.text, { data, next: gap.next })
    return data
  },
})

if (import.meta.main) await history.main()
