import type { TerraformPlanJson } from './plan.ts'
import type { Resource } from './resources.ts'

/** Where the configuration's AWS provider makes things. */
export function configuredRegion(plan: TerraformPlanJson): string | undefined {
  const provider = plan.configuration?.provider_config?.aws?.expressions?.region
  const variable = /^var\.(.+)$/.exec(provider?.references?.[0] ?? '')?.[1]
  const region = provider?.constant_value ?? (variable && plan.variables?.[variable]?.value)
  return typeof region === 'string' ? region : undefined
}

/** Where things stand, by the first ARN or zone among them that tells. */
export function shownRegion(resources: readonly Resource[]): string | undefined {
  for (const { values } of resources) {
    const arn = /^arn:aws[\w-]*:[\w-]+:([a-z]+(?:-[a-z]+)+-\d):/.exec(String(values.arn ?? ''))
    const zone = /^([a-z]+(?:-[a-z]+)+-\d)[a-z]$/.exec(String(values.availability_zone ?? ''))
    const region = arn?.[1] ?? zone?.[1]
    if (region) return region
  }
  return undefined
}
