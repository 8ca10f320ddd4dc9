import { duration } from '../duration'
import type { Declaration, KitEvent, StepOutcome } from '../events'
import type { Style } from './style'
import { hanging, truncate, wrap } from './wrap'

export const marks: Record<StepOutcome, string> = {
  done: '✔',
  already: '✔',
  planned: '○',
  failed: '✖',
  refused: '■',
  interrupted: '■',
}

type Finished = KitEvent & { type: 'step.finished' }
type Failure = KitEvent & { type: 'error' }

/** How a step ended, on one line. */
export function headline(event: Finished, style: Style, width: number, inline?: string): string {
  const { title, outcome, ms, depth } = event
  const mark = {
    done: style.good,
    already: style.good,
    planned: style.planned,
    failed: style.bad,
    refused: style.warn,
    interrupted: style.warn,
  }[outcome]
  const time = outcome === 'planned' ? '' : duration(ms)
  const remark =
    outcome === 'already'
      ? `unchanged: ${event.why ?? ''}`
      : outcome === 'failed' || outcome === 'refused'
        ? event.error
        : inline
  const room = width - 2 * depth - title.length - time.length - 6
  const said = remark ? truncate(remark.split('\n')[0]!, Math.max(room, 12)) : ''
  const shown = outcome === 'failed' ? style.bad(said) : style.dim(said)
  return [`${mark(marks[outcome])} ${title}`, style.dim(time), shown].filter(Boolean).join('  ')
}

/** What a change does, the same by hand, and how it is taken back. Commands are never wrapped: they are for copying. */
export function block(
  { effect, equivalent, undo, destructive }: Declaration,
  style: Style,
  width: number,
): string[] {
  return [
    ...hanging(destructive ? '    destructive: ' : '    ', effect, width),
    ...equivalent.map((line) => `    ${style.planned(`$ ${line}`)}`),
    ...(undo ? [`    ${style.dim(`undo: ${undo}`)}`] : []),
  ]
}

/** What was tried, what happened, and what to type next. */
export function failure({ message, detail, next, exitCode }: Failure, style: Style, width: number): string[] {
  const mark = exitCode === 1 || exitCode === 3 ? style.bad('✖') : style.warn('■')
  return [
    ...hanging(`${mark} `, message, width).map((line, i) => (i === 0 ? style.bold(line) : line)),
    ...detail.flatMap((line) => wrap(line, width - 4).map((part) => style.dim(`    ${part}`))),
    ...(next ? [`  Next: ${style.planned(next)}`] : []),
  ]
}
