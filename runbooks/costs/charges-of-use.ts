import { usagePricers } from './catalog.ts'
import type { Charge } from './charge.ts'
import type { Resource } from './resources.ts'
import type { UsageOption } from './usage.ts'
import type { World } from './world.ts'

/** What is used, each with the resource it is used of: nothing is, where no resource of its kind stands. */
export function chargesOfUse(
  world: World,
  { profile = 'small', measured = {} }: UsageOption,
): [string, Charge][] {
  const found: [string, Charge][] = []
  for (const { types, applies, charges } of usagePricers) {
    const resources = types.flatMap(world.ofType).filter((each) => applies?.(each) ?? true)
    if (resources.length === 0) continue
    const resource = sharedAddress(resources)
    for (const charge of charges(world)) {
      if (charge.quantity === 0) continue
      const isMeasured = charge.use !== undefined && measured[charge.use] !== undefined
      found.push([resource, isMeasured ? charge : { ...charge, assumed: `the ${profile} usage profile` }])
    }
  }
  return found
}

/** `aws_nat_gateway.main` for all its instances, `aws_cloudwatch_log_group.*` for several of a type. */
function sharedAddress(resources: readonly Resource[]): string {
  const bases = new Set(resources.map(({ base }) => base))
  return bases.size === 1 ? resources[0]!.base : `${resources[0]!.type}.*`
}
