import type { Aws } from '../aws/clients'
import type { Book } from '../core'
import { dollars, signed } from '../costs'
import { type Actual, actualOf, parts, sumOf } from '../costs/actual'
import type { Estimate } from '../costs/estimate'
import { isSeen } from '../diagnosis/snapshot'
import { lookAtBill } from './look/bill'

/** What AWS billed, next to the estimate; a bill that may not be read is said to be that, and is no 0. */
export async function tellActual(
  book: Book,
  aws: Aws,
  estimate: Estimate,
): Promise<Actual | { unknown: string }> {
  const now = new Date()
  const { account } = await book.identity()
  const { environment } = book
  const part = await book.read('Bill', () => lookAtBill(aws, { account, environment }, now))
  if (!isSeen(part)) {
    const unknown = part.permission ? `not allowed: ${part.permission}` : part.reason
    book.warn(`What AWS billed is not known: ${unknown}`)
    return { unknown }
  }
  const actual = actualOf(estimate, part.value, now)
  const { lastMonth, monthToDate, scope, partings, of } = actual
  const whose =
    scope === 'environment' ? `with the tag Environment = ${book.environment}` : 'of the whole account'
  book.note(
    `Billed ${whose}: ${dollars(sumOf(lastMonth, scope))} last month, ${dollars(sumOf(monthToDate, scope))} this month so far`,
  )
  if (scope === 'account')
    book.note('AWS counts by a tag once that is activated: Billing, Cost allocation tags, Environment')
  if (partings.length > 0) {
    book.table(
      partings.map((each) => ({
        [of]: each.service,
        estimate: dollars(each.estimate),
        billed: dollars(each.billed),
        difference: signed(each.difference),
        parts: parts(each) ? 'here' : '',
      })),
    )
  }
  return actual
}
