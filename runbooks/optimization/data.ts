import { stale } from '../costs'
import { type Comparison, compared } from '../costs/compare'
import { type Estimate, estimateOf } from '../costs/estimate'
import {
  type Combined,
  type Recommendation,
  type Recommendations,
  recommend,
  together,
} from '../costs/recommend'
import { literal } from '../terraform/tfvars'
import type { Source } from './source'

export interface Optimized extends Recommendations, Source {
  combined: Combined
  /** Prices that were looked up too long ago to lean on, among those that were used. */
  stale: { price: string; asOf: string }[]
  /** What a plan changes in the bill. */
  comparison?: Comparison
}

/** Everything this runbook says, found out without asking anybody anything more. */
export function optimized(source: Source, today: Date, timeZone: string): Optimized {
  const { situation, use, production, privateTasks } = source
  const found = recommend(situation, { ...(use && { use }), production, privateTasks, timeZone })
  const used = new Set(found.baseline.lines.map(({ price }) => price))
  return {
    ...source,
    ...found,
    combined: together(situation, found.recommendations),
    stale: stale(situation.prices, today).filter(({ price }) => used.has(price)),
    ...(source.before && { comparison: compared(estimateOf(source.before), found.baseline) }),
  }
}

const summaryOf = ({ monthly, notPriced }: Estimate) => ({ monthly, notPriced })

/** The members of the result that pipelines read. */
export function resultOf({ baseline, combined, use, ...found }: Optimized) {
  return {
    baseline: {
      ...summaryOf(baseline),
      region: baseline.region ?? null,
      pricesAsOf: baseline.pricesAsOf ?? null,
      assumed: baseline.usageAssumed,
    },
    recommendations: found.recommendations.map(shown),
    combined: {
      ...summaryOf(combined.estimate),
      saving: baseline.monthly - combined.estimate.monthly,
      ids: combined.ids,
      without: combined.without,
    },
    lines: baseline.lines,
    refused: found.refused,
    advice: found.advice,
    stale: found.stale,
    ...(found.comparison && { plan: planOf(found.comparison) }),
    use: use ?? null,
  }
}

const planOf = ({ before, after, difference, changedLines }: Comparison) => ({
  before: before.monthly,
  after: after.monthly,
  difference,
  changedLines,
})

function shown({ uses: _, replaces: __, change, ...rest }: Recommendation) {
  return { ...rest, change, tfvars: tfvarsOf(change) }
}

/** As it stands in a tfvars file. */
export const tfvarsOf = (change: Recommendation['change']): string[] =>
  Object.entries(change).map(([name, value]) => `${name} = ${literal(value)}`)
