import { duration } from '../duration'
import { exitCodes } from '../errors'
import { isCustom, type KitEvent, type Recorded, type Sink, type StepName } from '../events'
import { block, failure, headline, marks } from './lines'
import type { Live } from './live'
import { logLine } from './log-line'
import type { Outlet } from './outlet'
import type { Style } from './style'
import { table } from './table'

/** A step on the page: what is held back until it is clear whether it ends at once. */
export interface Shown {
  name: StepName
  since: number
  waiting?: string
  declared?: Parameters<typeof block>[0]
  held: string[]
  headed: boolean
  timer?: Timer
}

export interface Page {
  out: Outlet
  err: Outlet
  style: Style
  width: () => number
  /** The steps under way, for whoever shows what they wait for. */
  steps: Map<number, Shown>
  live?: Live | undefined
}

/** A step that ends within this time is one entry; a longer one gets its heading first and its lines as they come. */
const hold = 1000

/** What a person reads: on a terminal with moving rows below, in a pipe or CI as plain lines. */
export function human(page: Page): Sink {
  const { style, steps, live } = page
  let started = Date.now()
  let dryRun = false
  let planned = 0

  function say(lines: string[], depth = 0) {
    const text = lines.map((line) => `${'  '.repeat(depth)}${line}`.trimEnd()).join('\n')
    if (lines.length === 0) return
    if (live) live.print(`${text}\n`)
    else page.out.write(`${text}\n`)
  }

  function head(shown: Shown) {
    if (shown.headed) return
    clearTimeout(shown.timer)
    shown.headed = true
    const { title, depth } = shown.name
    const declared = shown.declared ? block(shown.declared, style, page.width()) : []
    say(
      [`${style.planned('●')} ${style.bold(title)}`, ...declared, ...shown.held.map(labelled(shown))],
      depth,
    )
    shown.held = []
  }

  function holdBack(shown: Shown) {
    shown.timer ??= setTimeout(() => head(shown), hold).unref()
  }

  const labelled = (shown: Shown) => (line: string) =>
    `    ${steps.size > 1 ? style.dim(`${shown.name.title} │ `) : ''}${line}`

  function finish(event: KitEvent & { type: 'step.finished' }) {
    const shown = steps.get(event.id)
    if (!shown) return
    clearTimeout(shown.timer)
    const { depth, kind, outcome } = event
    const declared = shown.declared ?? (outcome === 'planned' ? event.declared : undefined)
    if (outcome === 'planned') planned++
    if (shown.headed) {
      steps.delete(event.id)
      return say([headline(event, style, page.width())], depth)
    }
    steps.delete(event.id)
    const inline =
      kind === 'read' && shown.held.length === 1 && outcome === 'done' ? shown.held.pop() : undefined
    say(
      [
        headline(event, style, page.width(), inline),
        ...(declared ? block(declared, style, page.width()) : []),
        ...shown.held.map((line) => `    ${line}`),
      ],
      depth,
    )
  }

  const handlers: { [T in KitEvent['type']]?: (event: KitEvent & { type: T }) => void } = {
    start(event) {
      started = Date.now()
      dryRun = event.dryRun
      const parts = [event.runbook, event.environment, event.region, dryRun && 'dry run'].filter(Boolean)
      say([style.bold(parts.join(' · '))])
    },
    'step.started'({ id, kind, title, depth }) {
      steps.set(id, { name: { id, kind, title, depth }, since: Date.now(), held: [], headed: false })
      live?.resume()
    },
    'step.changing'({ id, effect, equivalent, undo, destructive }) {
      const shown = steps.get(id)
      if (!shown) return
      shown.declared = { effect, equivalent, undo, destructive }
      if (!live) holdBack(shown)
    },
    'step.waiting'({ id, text }) {
      const shown = steps.get(id)
      if (shown) shown.waiting = text
    },
    'step.line'({ id, text }) {
      const shown = steps.get(id)
      if (!shown) return
      const lines = text.split('\n')
      if (shown.headed) return say(lines.map(labelled(shown)), shown.name.depth)
      shown.held.push(...lines)
      holdBack(shown)
    },
    'step.finished'(event) {
      finish(event)
      if (steps.size === 0) live?.pause()
    },
    note: ({ text, depth }) => say(text.split('\n'), depth),
    warning: ({ text, depth }) =>
      say(
        text.split('\n').map((line, i) => style.warn(`${i ? ' ' : '!'} ${line}`)),
        depth,
      ),
    logs: ({ lines }) => say(lines.map((line) => logLine(line, style, page.width()))),
    table: ({ rows, depth }) => say(table(rows, page.width() - 2 * depth, style), depth),
    trace: ({ text }) => say([style.dim(text)]),
    question({ effect, why }) {
      live?.pause()
      say([`${style.warn('?')} ${style.bold(why.charAt(0).toUpperCase() + why.slice(1))}: ${effect}`])
    },
    answer({ how, effect }) {
      if (how === 'yes-flag') say([style.dim(`  confirmed by --yes: ${effect}`)])
      if (steps.size > 0) live?.resume()
    },
    called: ({ runbook, environment, depth }) =>
      say([`${style.planned('▸')} ${style.bold(runbook)} · ${environment}`], depth - 1),
    returned({ runbook, depth, ok, ms, error }) {
      const mark = ok ? style.good(marks.done) : style.bad(marks.failed)
      say(
        [`${mark} ${runbook}  ${style.dim(duration(ms))}${error ? `  ${error.split('\n')[0]}` : ''}`],
        depth - 1,
      )
    },
    interrupted({ by }) {
      // What is under way ends now: it gets one entry.
      for (const shown of steps.values()) {
        clearTimeout(shown.timer)
        delete shown.timer
      }
      say([style.warn(`■ ${by}: stopping cleanly (once more to end at once)`)])
    },
    standing({ changes }) {
      live?.pause()
      const lines = changes.flatMap(({ title, outcome, undo }) => {
        const said = outcome === 'done' ? '' : outcome === 'failed' ? ' (failed)' : ' (was under way)'
        return [`  ${marks[outcome]} ${title}${said}`, ...(undo ? [style.dim(`      undo: ${undo}`)] : [])]
      })
      say([style.bold('What stands now'), ...lines])
    },
    error(event) {
      live?.pause()
      // Whoever closed the output knows that it ended.
      if (page.out.closed.aborted && event.exitCode === exitCodes.interrupted) return
      page.err.write(`${failure(event, style, page.width()).join('\n')}\n`)
    },
    result({ runbook, ok }) {
      live?.pause()
      if (!ok) return
      const took = style.dim(duration(Date.now() - started))
      if (dryRun)
        return say([
          `${style.planned(marks.planned)} dry run: ${planned} ${planned === 1 ? 'change' : 'changes'} planned, none made  ${took}`,
        ])
      say([`${style.good(marks.done)} ${style.bold(runbook)} done  ${took}`])
    },
  }

  return {
    take(event: Recorded) {
      if (isCustom(event)) return
      const handle = handlers[event.type] as ((event: KitEvent) => void) | undefined
      handle?.(event)
    },
    drained: () => page.out.drained(),
  }
}
