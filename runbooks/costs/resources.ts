import type { ModuleJson, ResourceChangeJson, ValuesJson } from './plan.ts'

/** One managed resource as planned or as it stands. */
export interface Resource {
  address: string
  type: string
  /** The address without indexes, as other resources' expressions spell it. */
  base: string
  values: Readonly<Record<string, unknown>>
  /** Terraform's `after_unknown`: true, or the same shape as the values with true where a value is not known yet. */
  unknown: Readonly<Record<string, unknown>>
}

/** All managed resources below a set of values; data sources cost nothing and are left out. */
export function resourcesOf(values: ValuesJson | undefined, changes: ResourceChangeJson[] = []): Resource[] {
  const unknowns = new Map<string, unknown>()
  for (const { address, deposed, change } of changes) {
    if (deposed === undefined) unknowns.set(address, change.after_unknown)
  }
  const found: Resource[] = []
  const visit = (module: ModuleJson | undefined) => {
    for (const { address, mode, type, values } of module?.resources ?? []) {
      if (mode !== 'managed') continue
      found.push({
        address,
        type,
        base: withoutIndexes(address),
        values: values ?? {},
        unknown: (unknowns.get(address) ?? {}) as Resource['unknown'],
      })
    }
    for (const child of module?.child_modules ?? []) visit(child)
  }
  visit(values?.root_module)
  return found
}

/** `aws_eip.nat[0]` and `module.net["a"].aws_eip.nat["b"]` are instances of `aws_eip.nat`, `module.net.aws_eip.nat`. */
function withoutIndexes(address: string): string {
  return address.includes('[') ? address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '') : address
}
