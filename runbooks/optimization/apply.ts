import type { Aws } from '../aws/clients'
import type { Stack } from '../aws/stack'
import { type Book, Refused } from '../core'
import { dollars, signed } from '../costs'
import { configured } from '../costs/configure'
import { CostError } from '../costs/error'
import { estimateOf } from '../costs/estimate'
import { applied, type Recommendation, variablesOf } from '../costs/recommend'
import { planned, type Situation } from '../costs/situation'
import { whatRuns } from '../deployment/before'
import type { PlanJson } from '../terraform/plan'
import { changeValues } from './change'
import { choose } from './choose'
import type { Optimized } from './data'
import { type Applied, recall, remember } from './memory'
import { refuseOther } from './roll-out'
import { type Edit, editOf } from './values'

/** Makes the recommendations that were named, and remembers how it was. */
export async function apply(book: Book, aws: Aws, stack: Stack, found: Optimized, ids: readonly string[]) {
  const chosen = choose(found, ids)
  const { account } = await book.identity()
  const variables = variablesOf(chosen)
  if ('cpu_architecture' in variables) {
    const before = await whatRuns(aws, stack)
    await refuseOther(book, before?.standing.commit ?? '')
  }
  const objects = await book.state()
  const names = chosen.map(({ id }) => id)
  const replaces = chosen.flatMap((each) => each.replaces ?? [])
  const cost = costTeller(book, found.situation, chosen)
  const data = await changeValues(book, aws, stack, {
    account,
    what: `Apply ${names.join(', ')}`,
    wanted: new Map(Object.entries(variables)),
    replaces,
    tellCost: cost.tell,
    undo: undoCommand(book),
    agreed: async ({ spelled }) => {
      const earlier = await recall(objects, book.environment)
      const changed = spelled.filter(({ before, after }) => before !== after)
      if (changed.length === 0) return
      const entry: Applied = {
        run: book.id,
        at: new Date().toISOString(),
        ids: names,
        before: Object.fromEntries(changed.map(({ name, before }) => [name, before])),
        after: Object.fromEntries(changed.map(({ name, after }) => [name, after ?? ''])),
        replaces,
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

const undoCommand = (book: Book) => `bun runbooks/optimize.ts --undo --environment ${book.environment}`

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
  const cost = costTeller(book, situation, [])
  const data = await changeValues(book, aws, stack, {
    account,
    what: `Undo ${last.ids.join(', ')} of ${last.at}`,
    wanted,
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

/** What stands costs against what the plan leads to, at the same measured use. */
function costTeller(book: Book, situation: Situation, chosen: readonly Recommendation[]) {
  const before = estimateOf(situation).monthly
  const variables = variablesOf(chosen)
  const { usage } = applied(situation, chosen)
  let after: number | undefined
  // Terraform leaves the number of tasks to autoscaling, and so does its plan.
  const counts = Object.fromEntries(
    Object.entries(variables).filter(([name]) => /_(desired|min)_count$/.test(name)),
  )
  return {
    tell(plan: PlanJson) {
      try {
        const { region, prices, known, freeTier } = situation
        const options = { ...known, prices, ...(region && { region }), ...(freeTier && { freeTier }) }
        after = estimateOf({ ...configured(planned(plan, options), counts), usage }).monthly
        book.note(`Monthly cost: ${dollars(before)} now, ${dollars(after)} after (${signed(after - before)})`)
      } catch (error) {
        if (!(error instanceof CostError)) throw error
        book.warn(`The cost could not be estimated: ${error.message}`)
      }
    },
    told: () => ({ before, after: after ?? before }),
  }
}
