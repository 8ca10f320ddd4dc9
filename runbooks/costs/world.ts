import type { References } from './references.ts'
import type { Resource } from './resources.ts'
import type { Usage } from './usage.ts'

/** All that the price of one resource may depend on besides itself. */
export interface World {
  usage: Usage
  ofType(type: string): readonly Resource[]
  /** The resources that an argument's expression names, every instance of them. */
  named(resource: Resource, argument: string): readonly Resource[]
}

export function worldOf(resources: readonly Resource[], references: References, usage: Usage): World {
  const byType = Map.groupBy(resources, (each) => each.type)
  const byBase = Map.groupBy(resources, (each) => each.base)
  return {
    usage,
    ofType: (type) => byType.get(type) ?? [],
    named: (resource, argument) =>
      references(resource.base, argument).flatMap((base) => byBase.get(base) ?? []),
  }
}

/** What is found out about a world once, however many of its resources ask. */
export function oncePerWorld<Found>(find: (world: World) => Found): (world: World) => Found {
  const found = new WeakMap<World, Found>()
  return (world) => {
    const known = found.get(world)
    if (known !== undefined) return known
    const fresh = find(world)
    found.set(world, fresh)
    return fresh
  }
}
