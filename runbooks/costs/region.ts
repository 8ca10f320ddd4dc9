import { CostError } from './error.ts'
import type { TerraformPlanJson } from './plan.ts'
import type { Resource } from './resources.ts'

/** The region whose prices hold: as the configuration's AWS provider says, else as what stands there shows. */
export function regionOf(plan: Partial<TerraformPlanJson>, resources: readonly Resource[]): string {
  const provider = plan.configuration?.provider_config?.aws?.expressions?.region
  const variable = /^var\.(.+)$/.exec(provider?.references?.[0] ?? '')?.[1]
  const named = provider?.constant_value ?? (variable && plan.variables?.[variable]?.value)
  if (typeof named === 'string') return named
  for (const { values } of resources) {
    const arn = /^arn:aws[\w-]*:[\w-]+:([a-z]+(?:-[a-z]+)+-\d):/.exec(String(values.arn ?? ''))
    if (arn?.[1]) return arn[1]
    const zone = /^([a-z]+(?:-[a-z]+)+-\d)[a-z]$/.exec(String(values.availability_zone ?? ''))
    if (zone?.[1]) return zone[1]
  }
  throw new CostError('Region: neither the configuration nor its resources tell it; name it with --region')
}
