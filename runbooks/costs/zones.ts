import type { Resource } from './resources.ts'
import { list, unknown } from './values.ts'
import { oncePerWorld, type World } from './world.ts'

/** In how many zones something stands, one subnet each, and how that is known when the plan does not say. */
export interface Zones {
  zones: number
  assumed?: string
}

/**
 * Ids of subnets that are still to be made are unknown, and so is how many a set of them has: then the subnets that
 * the expression names are counted, and failing that the zones that this configuration has subnets in.
 */
export function zonesOf(resource: Resource, argument: string, world: World): Zones {
  const ids = list(resource, argument)
  if (ids !== unknown && ids.length > 0) return { zones: ids.length }
  const named = world.named(resource, argument).filter(({ type }) => type === 'aws_subnet')
  if (named.length > 0) return { zones: named.length }
  const zones = zonesWithSubnets(world)
  return { zones, assumed: `one in each of ${zones} zones` }
}

/** At least two, as load balancers ask for. */
const zonesWithSubnets = oncePerWorld((world) => {
  const zones = new Set(world.ofType('aws_subnet').map(({ values }) => values.availability_zone))
  return Math.max(2, zones.size)
})
