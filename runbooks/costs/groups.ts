import { groups } from './charge.ts'
import type { Estimate } from './estimate.ts'

/** What each group of an estimate costs, the dearest first; what costs nothing is left out. */
export function sumsOf({ lines }: Estimate): { group: string; monthly: number }[] {
  return groups
    .map((group) => ({
      group,
      monthly: lines.reduce((sum, line) => (line.group === group ? sum + line.monthly : sum), 0),
    }))
    .filter(({ monthly }) => Math.abs(monthly) >= 0.005)
    .sort((a, b) => b.monthly - a.monthly)
}

/** Before and after, by group. */
export function pairsOf(
  before: Estimate,
  after: Estimate,
): { group: string; before: number; after: number }[] {
  const later = new Map(sumsOf(after).map(({ group, monthly }) => [group, monthly]))
  const earlier = sumsOf(before)
  const gone = earlier.map(({ group, monthly }) => ({ group, before: monthly, after: later.get(group) ?? 0 }))
  const come = [...later]
    .filter(([group]) => !earlier.some((each) => each.group === group))
    .map(([group, monthly]) => ({ group, before: 0, after: monthly }))
  return [...gone, ...come]
}
