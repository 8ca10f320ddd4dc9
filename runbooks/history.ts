import { type Book, Failed, type Objects, readRun, runbook } from './core'
import { rowOf, runsOf } from './history/list'
import { showRun } from './history/show'
import { stores } from './history/stores'
import { stepsOf } from './history/told'
import { undoLines, undosOf } from './history/undo'

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
    const { all: places, gap } = await book.read('Journals', () => stores(book))
    if (gap) book.warn(gap)
    const name = options.undo ?? options.run
    if (name) {
      const events = await book.read('The run', () => theRun(book, places, name))
      const steps = stepsOf(events)
      if (options.undo === undefined) {
        showRun(book, events, steps)
        return { run: name, events }
      }
      const undo = undosOf(steps)
      book.note(undo.length > 0 ? undoLines(undo).join('\n') : 'That run changed nothing')
      return { run: name, undo }
    }

    const environment = options.all ? undefined : book.environment
    const wanted = { limit: options.limit, environment, runbook: options.runbook }
    const runs = await book.read('Runs', () => runsOf(places, wanted))
    if (runs.length === 0)
      book.note(`No runs${environment ? ` of ${environment} (--all for every environment)` : ''}`)
    else book.table(runs.map(rowOf))
    return { runs, gaps: gap ? [gap] : [] }
  },
})

async function theRun(book: Book, places: Objects[], name: string) {
  const events = await readRun(places, name)
  if (events) return events
  const keys = (await Promise.all(places.map((place) => place.list('journal/')))).flat()
  const like = keys.filter((key) => key.includes(name)).map((key) => key.replace(/^journal\/|\.jsonl$/g, ''))
  const why =
    like.length > 0
      ? `${like.length} runs are called so: ${like.slice(0, 5).join(', ')}`
      : 'no run is called so'
  throw new Failed(`Show run ${name}: ${why}`, {
    next: `bun runbooks/history.ts --environment ${book.environment}`,
  })
}

if (import.meta.main) await history.main()
