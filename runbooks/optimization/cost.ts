import type { Book } from '../core'
import { dollars, signed } from '../costs'
import { configured, type Variables } from '../costs/configure'
import { CostError } from '../costs/error'
import { estimateOf } from '../costs/estimate'
import { applied, type Recommendation } from '../costs/recommend'
import { planned, type Situation } from '../costs/situation'
import type { PlanJson } from '../terraform/plan'

/** What stands costs against what the plan leads to, at the same measured use. */
export function costTeller(
  book: Book,
  situation: Situation,
  names: readonly string[],
  chosen: readonly Recommendation[] = [],
) {
  const before = estimateOf(situation).monthly
  let after: number | undefined
  return {
    tell(plan: PlanJson) {
      try {
        const counts = countsIn(plan, names)
        const { region, prices, known, freeTier } = situation
        const options = { ...known, prices, ...(region && { region }), ...(freeTier && { freeTier }) }
        const { usage } = chosen.length > 0 ? applied(situation, chosen) : configured(situation, counts)
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

/** Terraform leaves the number of tasks to autoscaling, and so does its plan; its variables tell what is wanted. */
function countsIn({ variables = {} }: PlanJson, names: readonly string[]): Variables {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = variables[name]?.value
      const known = /_(desired|min)_count$/.test(name) && value !== null && value !== undefined
      return known ? [[name, Number(value)]] : []
    }),
  )
}
