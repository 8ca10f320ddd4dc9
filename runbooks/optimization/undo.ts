import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import { type Book, Refused } from '../core'
import type { Situation } from '../costs/situation'
import { changeValues } from './change'
import { costTeller } from './cost'
import { type Applied, recall, remember } from './memory'
import { type Edit, editOf } from './values'

export const undoCommand = (book: Book) => `bun runbooks/optimize.ts --undo --environment ${book.environment}`

/** Takes the latest `--apply` back; what was changed since by hand is its owner's. */
export async function undo(book: Book, aws: Aws, stack: Stack, situation: Situation) {
  const { account } = await book.identity()
  const objects = await book.state()
  const all = await recall(objects, book.environment)
  const last = all.at(-1)
  if (!last) throw new Refused(`Undo in ${book.environment}: nothing that --apply did is left to undo`)
  const wanted = new Map(
    Object.entries(last.before).map(([name, spelled]) => [name, spelled === null ? undefined : { spelled }]),
  )
  refuseDrift(last, await editOf(book.environment, wanted), book.environment)
  const cost = costTeller(book, situation, [...wanted.keys()])
  const data = await changeValues(book, aws, stack, {
    account,
    what: `Undo ${last.ids.join(', ')} of ${last.at}`,
    wanted,
    text: last.text && { before: last.text.after, after: last.text.before },
    replaces: last.replaces,
    tellCost: cost.tell,
    undo: `bun runbooks/optimize.ts --apply ${last.ids.join(' --apply ')} --environment ${book.environment}`,
    agreed: async () => {},
  })
  if (data.applied) await remember(objects, book.environment, all.slice(0, -1))
  return { ...data, undone: last.ids, cost: cost.told() }
}

/** What somebody has set since is not this runbook's to take back. */
function refuseDrift(last: Applied, { spelled, file }: Edit, environment: string): void {
  const other = spelled.find(
    ({ name, before }) => before !== last.after[name] && before !== last.before[name],
  )
  if (!other) return
  throw new Refused(
    `Undo ${last.ids.join(', ')} in ${environment}: ${other.name} was changed since, to ${other.before ?? 'its default'}`,
    { next: `edit ${file}` },
  )
}
