import { type Book, duration, type Recorded } from '../core'
import type { Told } from './told'

type Event = Recorded & Record<string, unknown>

/** A run from its first word to its last. */
export function showRun(book: Book, events: readonly Recorded[], steps: readonly Told[]): void {
  const find = (type: string) => (events as Event[]).find((event) => event.type === type)
  const [start, who, error, result] = ['start', 'who', 'error', 'result'].map(find)
  const how = result ? `exit ${result.exitCode}` : 'no result: it runs now, or was killed'
  book.note(
    `${start?.runbook} of ${start?.environment}, ${start?.at}, ${who?.arn ?? 'unknown'} (${start?.user}): ${how}`,
  )
  book.note(`Inputs: ${inputsOf(start?.inputs)}`)
  book.table(
    steps.map(({ title, kind, outcome, ms, depth }) => ({
      step: `${'  '.repeat(depth)}${title}`,
      kind,
      outcome,
      took: ms === undefined ? '' : duration(ms),
    })),
  )
  for (const { title, effect, undo } of steps.filter((step) => step.effect && step.outcome !== 'planned')) {
    book.note(`${title}: ${effect}${undo ? `\n  undo: ${undo}` : ''}`)
  }
  for (const event of events as Event[]) if (event.type === 'warning') book.note(`! ${event.text}`)
  if (error) book.note(`Error: ${error.message}${error.next ? `\n  Next: ${error.next}` : ''}`)
}

const inputsOf = (inputs: unknown) =>
  Object.entries((inputs ?? {}) as Record<string, unknown>)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(',') : value}`)
    .join(' ') || 'none'
