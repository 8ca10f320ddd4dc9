import { judged, missing, seenIn } from '../metric'
import type { Look, Metric } from '../model'

/** What stands costs at list prices: a month of it, and what this one has come to. */
export function costMetrics(look: Look): Metric[] {
  const cost = seenIn(look.cost)
  const why = cost ? undefined : missing(look.cost, 'Terraform state')
  const gaps = cost && cost.notPriced > 0 ? [`without ${cost.notPriced} things that have no price here`] : []
  const said = why ?? (cost && [...gaps, 'used as the profile small: optimize.ts measures'].join('; '))
  return [
    judged(
      { id: 'cost-so-far', group: 'Costs', title: 'This month so far', unit: '$', action: '' },
      cost && cost.monthly * shareOfMonth(look),
      { why: said },
    ),
    judged(
      { id: 'cost-month', group: 'Costs', title: 'A whole month', unit: '$', action: '' },
      cost?.monthly,
      {
        why: said,
      },
    ),
  ]
}

/** How much of a month of 730 hours has gone by since it began, or since the environment did. */
function shareOfMonth({ now, database }: Look): number {
  const began = new Date(now * 1000)
  const month = Date.UTC(began.getUTCFullYear(), began.getUTCMonth()) / 1000
  const created = Date.parse(seenIn(database)?.created ?? '') / 1000
  const from = Number.isNaN(created) ? month : Math.max(month, created)
  return Math.max(0, now - from) / 3600 / 730
}
