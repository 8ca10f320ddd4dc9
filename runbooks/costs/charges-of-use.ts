import { usagePricers } from './catalog.ts'
import type { Charge } from './charge.ts'
import type { Resource } from './resources.ts'
import type { World } from './world.ts'

/** What is used, each with the resource it is used of: nothing is, where no resource of its kind stands. */
export function chargesOfUse(world: World): [resource: string, charge: Charge][] {
  return usagePricers.flatMap(({ types, applies, charges }) => {
    const resources = types.flatMap(world.ofType).filter((each) => applies?.(each) ?? true)
    if (resources.length === 0) return []
    const resource = sharedAddress(resources)
    return charges(world).flatMap((charge) =>
      charge.quantity > 0 ? [[resource, charge] as [string, Charge]] : [],
    )
  })
}

/** `aws_nat_gateway.main` for all its instances, `aws_cloudwatch_log_group.*` for several of a type. */
function sharedAddress(resources: readonly Resource[]): string {
  const bases = new Set(resources.map(({ base }) => base))
  return bases.size === 1 ? resources[0]!.base : `${resources[0]!.type}.*`
}
