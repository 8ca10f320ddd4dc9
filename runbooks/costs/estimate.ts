import { freeOf } from './allowance.ts'
import { pricers } from './catalog.ts'
import { isGap, type Priced } from './charge.ts'
import { chargesOfUse } from './charges-of-use.ts'
import { CostError } from './error.ts'
import { freeTypes } from './free.ts'
import { type Line, linesOf } from './lines.ts'
import { type EstimateOptions, planned, prior, type Situation, standing } from './situation.ts'
import { assumptionOf } from './usage.ts'
import { worldOf } from './world.ts'

export interface Estimate {
  /** Whose prices these are; none when there is nothing to price. */
  region?: string
  /** USD a month of 730 hours; the sum of the lines. */
  monthly: number
  lines: Line[]
  /** What costs something that is not in `monthly`. */
  notPriced: { resource: string; component?: string; because: string }[]
  /** Resources that AWS does not bill by themselves. */
  free: string[]
  /** The lines whose quantity or rate the configuration does not tell, and what was taken instead. */
  usageAssumed: { resource: string; component: string; quantity: number; unit: string; assumed: string }[]
  /** The oldest date among the prices used; none when nothing was priced. */
  pricesAsOf?: string
}

/** What a plan's outcome will cost in a month. The plan is the object that `terraform show -json PLANFILE` prints. */
export const estimate = (plan: object, options: EstimateOptions = {}): Estimate =>
  estimateOf(planned(plan, options))

/** What stands before a plan costs. */
export const estimatePrior = (plan: object, options: EstimateOptions = {}): Estimate =>
  estimateOf(prior(plan, options))

/** What stands costs, by the object that `terraform show -json` prints. */
export const estimateState = (state: object, options: EstimateOptions = {}): Estimate =>
  estimateOf(standing(state, options))

export function estimateOf(situation: Situation): Estimate {
  const { resources, references, region, prices, usage, known, freeTier } = situation
  if (region === undefined && resources.length > 0) {
    throw new CostError('Region: neither the configuration nor its resources tell it; name it with --region')
  }
  const world = worldOf(resources, references, usage)
  const lines: Line[] = []
  const notPriced: Estimate['notPriced'] = []
  const free: string[] = []
  const dates = new Set<string>()
  const forNothing = freeTier && freeOf(freeTier)

  const add = (resource: string, each: Priced) => {
    if (isGap(each)) {
      notPriced.push({ resource, ...each })
      return
    }
    const price = prices.get(each.price)
    if (price) {
      const assumed = each.assumed ?? (each.use && assumptionOf(each.use, known))
      dates.add(price.asOf)
      const charged = linesOf(resource, { ...each, ...(assumed && { assumed }) }, price)
      lines.push(...charged, ...(forNothing?.(each.price, charged) ?? []))
    } else if (each.otherwise) {
      add(resource, each.otherwise)
    } else {
      const because = `there is no price for ${each.price} in ${region}`
      notPriced.push({ resource, component: each.component, because })
    }
  }

  for (const resource of resources) {
    const { address, type } = resource
    const priced = pricers[type]?.(resource, world) ?? []
    for (const each of priced) add(address, each)
    if (priced.length > 0) continue
    if (type in pricers || freeTypes.has(type)) free.push(address)
    else notPriced.push({ resource: address, because: `nothing is known here of what ${type} costs` })
  }
  for (const [resource, each] of chargesOfUse(world)) add(resource, each)

  return {
    ...(region && { region }),
    monthly: lines.reduce((sum, { monthly }) => sum + monthly, 0),
    lines,
    notPriced,
    free,
    usageAssumed: lines.flatMap(({ resource, component, quantity, unit, assumed }) =>
      assumed ? [{ resource, component, quantity, unit, assumed }] : [],
    ),
    ...(dates.size > 0 && { pricesAsOf: [...dates].sort()[0]! }),
  }
}
