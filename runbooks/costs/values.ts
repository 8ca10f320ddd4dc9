import type { Resource } from './resources.ts'

/** Terraform will know this value only once it has applied the plan. */
export const unknown = Symbol('known after apply')
export type Unknown = typeof unknown

/** A value of a resource: undefined when it is not set, `unknown` when it is not known before the apply. */
function value(resource: Resource, key: string): unknown {
  const set = resource.values[key]
  if (set !== undefined && set !== null) return set
  return resource.unknown[key] === true ? unknown : undefined
}

export function text(resource: Resource, key: string): string | undefined | Unknown {
  const set = value(resource, key)
  return set === unknown || set === undefined ? set : String(set)
}

/** A number, also when the schema spells it as text, as a task definition's cpu. */
export function number(resource: Resource, key: string): number | undefined | Unknown {
  const set = value(resource, key)
  if (set === unknown) return unknown
  const parsed = Number(set ?? Number.NaN)
  return Number.isFinite(parsed) ? parsed : undefined
}

export function flag(resource: Resource, key: string): boolean | Unknown {
  const set = value(resource, key)
  return set === unknown ? unknown : set === true || set === 'true'
}

/** The elements under a key; none when it is not set. */
export function list(resource: Resource, key: string): readonly unknown[] | Unknown {
  const set = value(resource, key)
  return set === unknown ? unknown : Array.isArray(set) ? set : []
}

/** The nested blocks under a key. */
export function blocks(resource: Resource, key: string): Record<string, unknown>[] {
  const set = resource.values[key]
  return Array.isArray(set) ? set.filter((each) => typeof each === 'object' && each !== null) : []
}
