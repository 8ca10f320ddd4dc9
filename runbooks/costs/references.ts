import type { ConfigurationJson, ConfigurationModuleJson } from './plan.ts'

/**
 * The resources (without index) that an argument's expression names. What points to what is unknown before the
 * first apply, as ids and ARNs are, but the configuration says it all along.
 */
export type References = (base: string, argument: string) => string[]

export function referencesOf(configuration: ConfigurationJson | undefined): References {
  const known = new Map<string, { scope: string; expressions: Record<string, unknown> }>()
  const visit = (module: ConfigurationModuleJson | undefined, scope: string) => {
    for (const { address, expressions = {} } of module?.resources ?? []) {
      known.set(scope + address, { scope, expressions })
    }
    for (const [name, call] of Object.entries(module?.module_calls ?? {})) {
      visit(call.module, `${scope}module.${name}.`)
    }
  }
  visit(configuration?.root_module, '')
  return (base, argument) => {
    const resource = known.get(base)
    if (!resource) return []
    const named = new Set<string>()
    collect(resource.expressions[argument], named)
    return [...named].map((each) => resource.scope + each)
  }
}

/** References come as `aws_eip.nat[0].id`, `aws_eip.nat[0]`, `aws_eip.nat`: kept once, as the last. */
function collect(expression: unknown, into: Set<string>): void {
  if (typeof expression !== 'object' || expression === null) return
  if (Array.isArray(expression)) {
    for (const each of expression) collect(each, into)
    return
  }
  for (const [key, inner] of Object.entries(expression)) {
    if (key === 'references' && Array.isArray(inner)) {
      for (const reference of inner) {
        const resource = /^aws_[a-z0-9_]+\.[\w-]+/.exec(String(reference))
        if (resource) into.add(resource[0])
      }
    } else if (key !== 'constant_value') collect(inner, into)
  }
}
