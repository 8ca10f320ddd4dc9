import type { FreeTier } from './allowance.ts'
import { asPlan, asState } from './plan.ts'
import { type Prices, pricesOf } from './prices.ts'
import { type References, referencesOf } from './references.ts'
import { configuredRegion, shownRegion } from './region.ts'
import { type Resource, resourcesOf } from './resources.ts'
import { type Usage, type UsageOption, usageOf } from './usage.ts'
import { withVariables } from './variables.ts'

export interface EstimateOptions extends UsageOption {
  /** Where the configuration does not tell. */
  region?: string
  /** Instead of the repository's table for the region. */
  prices?: Prices
  /** What the account has for nothing; list prices when left out. */
  freeTier?: FreeTier
}

/** All that an estimate is made of: what stands or is planned, how it is used, at which prices. */
export interface Situation {
  resources: readonly Resource[]
  references: References
  region: string | undefined
  prices: Prices
  usage: Usage
  /** Which of the use was measured, and what stood in for the rest. */
  known: UsageOption
  freeTier?: FreeTier
}

/** What a plan makes. The plan is the object that `terraform show -json PLANFILE` prints. */
export function planned(plan: object, options: EstimateOptions = {}): Situation {
  const checked = asPlan(plan)
  const resources = withVariables(
    resourcesOf(checked.planned_values, checked.resource_changes),
    checked.variables,
  )
  const region = options.region ?? configuredRegion(checked) ?? shownRegion(resources)
  return situation(resources, region, referencesOf(checked.configuration), options)
}

/** What stands before a plan; the plan's configuration still says what refers to what. */
export function prior(plan: object, options: EstimateOptions = {}): Situation {
  const checked = asPlan(plan)
  const resources = resourcesOf(checked.prior_state?.values)
  const region = options.region ?? shownRegion(resources) ?? configuredRegion(checked)
  return situation(resources, region, referencesOf(checked.configuration), options)
}

/** What stands, by the object that `terraform show -json` prints. */
export function standing(state: object, options: EstimateOptions = {}): Situation {
  const resources = resourcesOf(asState(state).values)
  return situation(resources, options.region ?? shownRegion(resources), () => [], options)
}

function situation(
  resources: readonly Resource[],
  region: string | undefined,
  references: References,
  options: EstimateOptions,
): Situation {
  const { profile, measured, freeTier } = options
  const known = { ...(profile && { profile }), ...(measured && { measured }) }
  const prices = options.prices ?? pricesOf(region ?? '')
  return {
    resources,
    references,
    region,
    prices,
    usage: usageOf(known),
    known,
    ...(freeTier && { freeTier }),
  }
}
