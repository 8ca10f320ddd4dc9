import { type Book, Unhealthy } from '../core'
import { dollars } from '../costs'
import { type Optimized, resultOf } from './data'

/** An estimate that leaves something out is a least one: over the budget is certain then, within it is not. */
export function judgeBudget(book: Book, found: Optimized, budget: number | undefined): void {
  if (budget === undefined) return
  const { monthly, notPriced, lines } = found.baseline
  const next = `bun runbooks/optimize.ts --environment ${book.environment}`
  const what = `Budget of ${dollars(budget)}: `
  if (monthly > budget) {
    throw new Unhealthy(`${what}a month costs ${dollars(monthly)}, ${dollars(monthly - budget)} more`, {
      data: resultOf(found),
      next,
    })
  }
  if (notPriced.length > 0 && lines.length === 0) {
    throw new Unhealthy(`${what}nothing of it could be priced`, { data: resultOf(found), next })
  }
  const least = notPriced.length > 0 ? 'at least ' : ''
  book.note(`${what}${least}${dollars(monthly)} a month, ${dollars(budget - monthly)} less`)
}
