import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import type { Book } from '../core'
import type { Situation } from '../costs/situation'
import { changeValues } from './change'
import { costTeller } from './cost'
import type { Optimized } from './data'
import type { Applied } from './memory'
import { undoCommand } from './undo'
import { editOf } from './values'

/**
 * The `--apply` of the same IDs that was begun before: what Terraform has made of it is not offered any more, and what
 * came after Terraform is still to be done. Undefined where all is still offered, or the file says otherwise by now.
 */
export async function begun(
  environment: string,
  { recommendations }: Optimized,
  ids: readonly string[],
  all: readonly Applied[],
): Promise<Applied | undefined> {
  const last = all.at(-1)
  if (!last || new Set(ids).symmetricDifference(new Set(last.ids)).size > 0) return undefined
  if (ids.every((id) => recommendations.some((each) => each.id === id))) return undefined
  const { before, after } = await editOf(environment, wantedOf(last))
  return before === after ? last : undefined
}

/** To its end: what is done already is found to be, and the whole is verified. */
export async function goOn(book: Book, aws: Aws, stack: Stack, situation: Situation, last: Applied) {
  const { account } = await book.identity()
  const cost = costTeller(book, situation, Object.keys(last.after))
  book.note(`Applied at ${last.at}: what is left of it is done now, and the whole is verified`)
  const data = await changeValues(book, aws, stack, {
    account,
    what: `Apply ${last.ids.join(', ')}`,
    wanted: wantedOf(last),
    replaces: last.replaces,
    tellCost: cost.tell,
    undo: undoCommand(book),
    agreed: async () => {},
  })
  return { ...data, ids: last.ids, cost: cost.told() }
}

const wantedOf = ({ after }: Applied) =>
  new Map(Object.entries(after).map(([name, spelled]) => [name, { spelled }]))
