import { pricers } from './catalog.ts'
import { isGap, type Priced } from './charge.ts'
import { chargesOfUse } from './charges-of-use.ts'
import { CostError } from './error.ts'
import { freeTypes } from './free.ts'
import { type Line, linesOf } from './lines.ts'
import { asPlan, asState } from './plan.ts'
import { type Prices, pricesOf } from './prices.ts'
import { type References, referencesOf } from './references.ts'
import { configuredRegion, shownRegion } from './region.ts'
import { type Resource, resourcesOf } from './resources.ts'
import { assumptionOf, type UsageOption, usageOf } from './usage.ts'
import { worldOf } from './world.ts'

export interface EstimateOptions extends UsageOption {
  /** Where the configuration does not tell. */
  region?: string
  /** Instead of the repository's table for the region. */
  prices?: Prices
}

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
export function estimate(plan: object, options: EstimateOptions = {}): Estimate {
  const checked = asPlan(plan)
  const resources = resourcesOf(checked.planned_values, checked.resource_changes)
  const region = options.region ?? configuredRegion(checked) ?? shownRegion(resources)
  return price(resources, region, referencesOf(checked.configuration), options)
}

/** What stands before a plan costs; the plan's configuration still says what refers to what. */
export function estimatePrior(plan: object, options: EstimateOptions = {}): Estimate {
  const checked = asPlan(plan)
  const resources = resourcesOf(checked.prior_state?.values)
  const region = options.region ?? shownRegion(resources) ?? configuredRegion(checked)
  return price(resources, region, referencesOf(checked.configuration), options)
}

/** What stands costs, by the object that `terraform show -json` prints. */
export function estimateState(state: object, options: EstimateOptions = {}): Estimate {
  const resources = resourcesOf(asState(state).values)
  return price(resources, options.region ?? shownRegion(resources), () => [], options)
}

function price(
  resources: Resource[],
  region: string | undefined,
  references: References,
  options: EstimateOptions,
): Estimate {
  if (region === undefined && resources.length > 0) {
    throw new CostError('Region: neither the configuration nor its resources tell it; name it with --region')
  }
  const prices = options.prices ?? pricesOf(region ?? '')
  const world = worldOf(resources, references, usageOf(options))
  const lines: Line[] = []
  const notPriced: Estimate['notPriced'] = []
  const free: string[] = []
  const dates = new Set<string>()

  const add = (resource: string, each: Priced) => {
    if (isGap(each)) {
      notPriced.push({ resource, ...each })
      return
    }
    const price = prices.get(each.price)
    if (price) {
      const assumed = each.assumed ?? (each.use && assumptionOf(each.use, options))
      dates.add(price.asOf)
      lines.push(...linesOf(resource, { ...each, ...(assumed && { assumed }) }, price))
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
