import { groups } from './charge.ts'
import type { Comparison } from './compare.ts'
import type { Estimate } from './estimate.ts'
import { amount, dollars, signed } from './money.ts'

/** Rows for people; the keys are the headings. */
export type CostRow = Record<string, string>

/** Every line of an estimate, the groups in a fixed order and the dearest line of each first, and the sum. */
export function costTable(estimate: Estimate): CostRow[] {
  const lines = [...estimate.lines].sort(
    (a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || b.monthly - a.monthly,
  )
  return [
    ...lines.map(({ resource, component, quantity, unit, rate, monthly }) => ({
      resource,
      component,
      quantity: amount(quantity, unit),
      rate: `$${rate}`,
      monthly: dollars(monthly),
    })),
    { resource: 'total', component: '', quantity: '', rate: '', monthly: dollars(estimate.monthly) },
  ]
}

/** What each group of an estimate costs, and the sum. */
export function groupTable(estimate: Estimate): CostRow[] {
  const sums = sumsOf(estimate)
  return [
    ...groups.flatMap((group) =>
      sums.has(group) ? [{ what: group, monthly: dollars(sums.get(group)!) }] : [],
    ),
    { what: 'total', monthly: dollars(estimate.monthly) },
  ]
}

/** What changes in the bill, line by line, and the sums. */
export function changeTable({ before, after, difference, changedLines }: Comparison): CostRow[] {
  return [
    ...changedLines.map((line) => ({
      resource: line.resource,
      component: line.component,
      before: dollars(line.before),
      after: dollars(line.after),
      difference: signed(line.difference),
    })),
    {
      resource: 'total',
      component: '',
      before: dollars(before.monthly),
      after: dollars(after.monthly),
      difference: signed(difference),
    },
  ]
}

function sumsOf({ lines }: Estimate): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { group, monthly } of lines) sums.set(group, (sums.get(group) ?? 0) + monthly)
  return sums
}
