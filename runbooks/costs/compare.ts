import { type Estimate, estimate, estimatePrior } from './estimate.ts'
import type { Line } from './lines.ts'
import type { EstimateOptions } from './situation.ts'

/** What one line was and will be, in USD a month. */
interface ChangedLine {
  resource: string
  component: string
  before: number
  after: number
  difference: number
}

export interface Comparison {
  before: Estimate
  after: Estimate
  /** USD a month; negative when the plan saves. */
  difference: number
  /** The dearest change first. */
  changedLines: ChangedLine[]
  /** What costs something before or after that is in neither sum, so that the difference is not all there is. */
  notPriced: Estimate['notPriced']
}

/** What a plan does to the monthly bill. The same use is taken before and after: a plan does not change traffic. */
export function compare(plan: object, options: EstimateOptions = {}): Comparison {
  return compared(estimatePrior(plan, options), estimate(plan, options))
}

export function compared(before: Estimate, after: Estimate): Comparison {
  return {
    before,
    after,
    difference: after.monthly - before.monthly,
    changedLines: changesOf(before, after),
    notPriced: [
      ...new Map([...before.notPriced, ...after.notPriced].map((gap) => [gapKey(gap), gap])).values(),
    ],
  }
}

/** The lines that differ by more than rounding. */
function changesOf(before: Estimate, after: Estimate): ChangedLine[] {
  const changes = new Map<string, ChangedLine>()
  const count = (side: 'before' | 'after', { resource, component, use, monthly }: Line) => {
    // What is used belongs to all resources of a kind: one gateway less does not make it another line.
    const key = `${use ?? resource} ${component}`
    const change = changes.get(key) ?? { resource, component, before: 0, after: 0, difference: 0 }
    change[side] += monthly
    changes.set(key, change)
  }
  for (const line of before.lines) count('before', line)
  for (const line of after.lines) count('after', line)
  return [...changes.values()]
    .map((change) => ({ ...change, difference: change.after - change.before }))
    .filter(({ difference }) => Math.abs(difference) >= 0.001)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
}

const gapKey = ({ resource, component }: Estimate['notPriced'][number]) => `${resource} ${component}`
