import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import type { Book } from '../core'
import { variablesOf } from '../costs/recommend'
import { whatRuns } from '../deployment/before'
import { changeValues } from './change'
import { choose } from './choose'
import { costTeller } from './cost'
import type { Optimized } from './data'
import { begun, goOn } from './go-on'
import { type Applied, recall, remember } from './memory'
import { refuseOther } from './roll-out'
import { undoCommand } from './undo'

/** Makes the recommendations that were named, and remembers how it was; goes on where that was begun. */
export async function apply(book: Book, aws: Aws, stack: Stack, found: Optimized, ids: readonly string[]) {
  const objects = await book.state()
  const left = await begun(book.environment, found, ids, await recall(objects, book.environment))
  if (left) return goOn(book, aws, stack, found.situation, left)
  const chosen = choose(found, ids)
  const { account } = await book.identity()
  const variables = variablesOf(chosen)
  if ('cpu_architecture' in variables) {
    const before = await whatRuns(aws, stack)
    await refuseOther(book, before?.standing.commit ?? '')
  }
  const names = chosen.map(({ id }) => id)
  const replaces = chosen.flatMap((each) => each.replaces ?? [])
  const cost = costTeller(book, found.situation, Object.keys(variables), chosen)
  const data = await changeValues(book, aws, stack, {
    account,
    what: `Apply ${names.join(', ')}`,
    wanted: new Map(Object.entries(variables)),
    replaces,
    tellCost: cost.tell,
    undo: undoCommand(book),
    agreed: async ({ spelled, before, after }) => {
      const earlier = await recall(objects, book.environment)
      const changed = spelled.filter((each) => each.before !== each.after)
      if (changed.length === 0) return
      const entry: Applied = {
        run: book.id,
        at: new Date().toISOString(),
        ids: names,
        before: Object.fromEntries(changed.map((each) => [each.name, each.before])),
        after: Object.fromEntries(changed.map((each) => [each.name, each.after ?? ''])),
        replaces,
        text: { before, after },
      }
      await remember(objects, book.environment, [...earlier, entry])
    },
  })
  if (data.applied)
    book.note(
      `The values are not committed yet: git commit terraform/aws/environments/${book.environment}.tfvars`,
    )
  return { ...data, ids: names, cost: cost.told() }
}
