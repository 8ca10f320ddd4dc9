import type { Book } from '../core'
import { changeTable, costTable, dollars, signed } from '../costs'
import { bars } from '../costs/bars'
import type { Comparison } from '../costs/compare'
import type { Estimate } from '../costs/estimate'
import { pairsOf } from '../costs/groups'
import type { Line } from '../costs/lines'
import { amount } from '../costs/money'
import { type Optimized, tfvarsOf } from './data'

/** What it costs, what would make it cheaper, and what that comes to together: the guide's table, but true. */
export function tell(book: Book, found: Optimized): void {
  const { baseline, recommendations, combined, refused, advice, use } = found
  const oldest = baseline.pricesAsOf ? `, at list prices looked up since ${baseline.pricesAsOf}` : ''
  book.note(`${dollars(baseline.monthly)} a month in ${baseline.region ?? 'no region'}${oldest}`)
  if (found.comparison) tellPlan(book, found.comparison)
  for (const row of bars(pairsOf(baseline, combined.estimate))) book.note(`  ${row}`)
  if (book.verbose) book.table(costTable(baseline))
  tellMeasured(book, baseline)
  tellAssumed(book, baseline)
  tellGaps(book, baseline, found.stale)
  if (recommendations.length > 0) {
    book.table(tableOf(found))
    for (const each of recommendations) {
      book.note(`${each.id}: ${each.title}, ${tfvarsOf(each.change).join(', ')}`)
      book.note(`    seen: ${each.evidence.join('; ')}`)
      book.note(`    ${each.risk} risk: ${each.because}. Availability: ${each.availability}`)
    }
  }
  for (const { id, refused: why } of refused) book.note(`not ${id}: ${why}`)
  for (const { id, advice: text, evidence, saves, command } of advice) {
    const worth = saves === undefined ? '' : ` (about ${dollars(saves)} a month)`
    book.note(`to know, ${id}: ${text}${worth}; ${evidence.join('; ')}`)
    if (command && book.verbose) for (const line of command.split('\n')) book.note(`    $ ${line}`)
  }
  for (const { what, because } of use?.gaps ?? []) book.warn(`Not looked at: ${what} (${because})`)
}

/** The plan against what stands: what a pull request asks. */
function tellPlan(book: Book, comparison: Comparison): void {
  const { before, after, difference, changedLines } = comparison
  book.note(
    `The plan: ${dollars(before.monthly)} now, ${dollars(after.monthly)} after (${signed(difference)} a month)`,
  )
  if (changedLines.length > 0) book.table(changeTable(comparison))
}

/** What makes this sum another than that of `deploy` and `monitor`, which take the profile small for everything. */
function tellMeasured(book: Book, { lines }: Estimate): void {
  const measured = lines.filter(({ use, assumed }) => use && !assumed)
  if (measured.length > 0)
    book.note(
      `Measured or said, where deploy and monitor assume the small usage profile: ${whatOf(measured)}`,
    )
}

const whatOf = (lines: Pick<Line, 'resource' | 'component' | 'quantity' | 'unit'>[]): string =>
  lines
    .map(({ resource, component, quantity, unit }) => {
      const [type = ''] = resource.split('.')
      return `${type.replace(/^aws_/, '')} ${component} ${amount(quantity, unit)}`
    })
    .join(', ')

/** What nobody measured or said, and what stands in for it. */
function tellAssumed(book: Book, { usageAssumed }: Estimate): void {
  for (const [assumed, lines] of Map.groupBy(usageAssumed, (line) => line.assumed)) {
    book.note(`Assumed, ${assumed}: ${whatOf(lines)}`)
  }
}

/** What is not in the sum, and what in it is old: a sum without them would look like all there is. */
function tellGaps(book: Book, { notPriced, region }: Estimate, old: Optimized['stale']): void {
  for (const { resource, component, because } of notPriced)
    book.warn(`Not in the sum: ${resource}${component ? ` ${component}` : ''}: ${because}`)
  const oldest = old.map(({ asOf }) => asOf).sort()[0]
  if (oldest)
    book.warn(
      `${old.length} prices of ${region} are stale (the oldest of ${oldest}): bun runbooks/optimize.ts --refresh-prices`,
    )
}

/** Guide 9.5: the baseline, each alone, and all that go together, priced as one configuration. */
export function tableOf({ baseline, recommendations, combined }: Optimized) {
  return [
    { optimization: 'baseline', saves: '', 'new total': dollars(baseline.monthly), risk: '', together: '' },
    ...recommendations.map(({ id, saving, monthly, risk }) => ({
      optimization: id,
      saves: dollars(saving),
      'new total': dollars(monthly),
      risk,
      together: combined.ids.includes(id) ? 'yes' : '',
    })),
    {
      optimization: 'together',
      saves: signed(baseline.monthly - combined.estimate.monthly).replace('+', ''),
      'new total': dollars(combined.estimate.monthly),
      risk: '',
      together: '',
    },
  ]
}
