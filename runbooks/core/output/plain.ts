import { duration } from '../duration'
import { isCustom, type Recorded, type Sink } from '../events'
import type { Outlet } from './outlet'

const marks = { done: '✔', already: '✔', planned: '○', failed: '✖', interrupted: '■' } as const

/** Lines, for a pipe and for CI. */
export function plain(stdout: Outlet, stderr: Outlet): Sink {
  const say = (text: string, depth = 0) => stdout.write(`${'  '.repeat(depth)}${text}\n`)
  return {
    take(event: Recorded) {
      if (isCustom(event)) return
      switch (event.type) {
        case 'start':
          return say(`${event.runbook} · ${event.environment}${event.dryRun ? ' · dry run' : ''}`)
        case 'step.changing':
          say(`● ${event.title}`, event.depth)
          return block(event, event.depth)
        case 'step.line':
        case 'step.waiting':
          return say(`  ${event.title}: ${event.text}`, event.depth)
        case 'step.finished': {
          const why = event.why ? `  already so: ${event.why}` : event.error ? `  ${event.error}` : ''
          say(`${marks[event.outcome]} ${event.title} (${duration(event.ms)})${why}`, event.depth)
          if (event.outcome === 'planned' && event.declared) block(event.declared, event.depth)
          return
        }
        case 'note':
          return say(event.text, event.depth)
        case 'warning':
          return say(`! ${event.text}`, event.depth)
        case 'table':
          return say(Bun.inspect.table(event.rows))
        case 'trace':
          return say(event.text)
        case 'standing':
          say('What stands now:')
          for (const { title, outcome, undo } of event.changes)
            say(`  ${marks[outcome]} ${title}${undo ? ` (undo: ${undo})` : ''}`)
          return
        case 'error':
          stderr.write(`✖ ${event.message}\n${event.detail.map((line) => `  ${line}\n`).join('')}`)
          if (event.next) stderr.write(`  next: ${event.next}\n`)
          return
      }
    },
  }
  function block(
    { effect, equivalent, undo }: { effect: string; equivalent: string[]; undo: string | undefined },
    depth: number,
  ) {
    say(`    ${effect}`, depth)
    for (const line of equivalent) say(`    $ ${line}`, depth)
    if (undo) say(`    undo: ${undo}`, depth)
  }
}
