import type { Resource } from '../resources.ts'
import type { Usage } from '../usage.ts'

export type Value = string | number | boolean | null

/** Values of Terraform variables, by name: what a tfvars file would say. */
export type Variables = Readonly<Record<string, Value>>

type Values = Record<string, unknown>

/** The resources, those of a type with some values replaced; the others are the same objects. */
export function edit(
  resources: readonly Resource[],
  types: readonly string[],
  values: (resource: Resource) => Values,
): Resource[] {
  return resources.map((each) =>
    types.includes(each.type) ? { ...each, values: { ...each.values, ...values(each) } } : each,
  )
}

/** A resource that nobody has made yet. */
export function added(type: string, name: string, index: number | string, values: Values): Resource {
  const address = `${type}.${name}[${typeof index === 'number' ? index : `"${index}"`}]`
  return { address, type, base: `${type}.${name}`, values, unknown: {} }
}

/** What a change of variables does to a month: to what stands, and to how it is used. */
export interface Month {
  resources: readonly Resource[]
  usage: Usage
}

export type Effect = (month: Month, variables: Variables) => Month
