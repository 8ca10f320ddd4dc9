import type { Book } from '../core'
import type { Told } from './told'

export interface Undo {
  title: string
  outcome: string
  /** What is to be typed; undefined where there is nothing to type. */
  command: string | undefined
  /** Why there is nothing to type, or what to know first. */
  remark: string | undefined
}

/**
 * What takes a run's changes back, the last one first. A change that failed or was cut off may have happened: its undo
 * is there, and is said to be of that kind. What was so already, planned or refused was not changed by this run.
 */
export function undosOf(steps: readonly Told[]): Undo[] {
  return steps
    .filter(({ kind, effect, outcome }) => kind === 'change' && effect !== undefined && didChange(outcome))
    .map((step) => ({ title: step.title, outcome: step.outcome, ...wayBack(step) }))
    .reverse()
}

const didChange = (outcome: string) => !['already', 'planned', 'refused'].includes(outcome)

function wayBack({ undo, outcome }: Told): Pick<Undo, 'command' | 'remark'> {
  const unsure = outcome === 'done' ? undefined : 'it may not have happened: look first'
  if (!undo) return { command: undefined, remark: 'nothing takes it back' }
  const none = undo.match(/^none(?: needed)?(?:: (.*))?$/s)
  if (none) return { command: undefined, remark: none[1] ?? 'nothing needs to be taken back' }
  return { command: undo, remark: unsure }
}

/** Printed and not run: whoever types it has looked first. */
export function printUndo(book: Book, name: string, steps: readonly Told[]) {
  const undo = undosOf(steps)
  book.note(undo.length > 0 ? undoLines(undo).join('\n') : 'That run changed nothing')
  return { run: name, undo }
}

/** As lines of a shell: what is not a command is a comment. */
export function undoLines(undos: readonly Undo[]): string[] {
  return undos.flatMap(({ title, outcome, command, remark }) => {
    const said = [title, outcome === 'done' ? '' : ` (${outcome})`, remark ? `: ${remark}` : ''].join('')
    return [`# ${said.replaceAll('\n', ' ')}`, ...(command ? [command] : [])]
  })
}
