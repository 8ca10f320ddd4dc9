import type { State } from './state'

/** A state file as `terraform show -json` would show it, as far as prices go. */
export function shown(state: State) {
  const resources = state.resources.flatMap(({ module, mode, type, name, instances = [] }) =>
    instances.map(({ index_key: index, attributes = {} }) => {
      const at = index === undefined ? '' : `[${JSON.stringify(index)}]`
      const address = `${module ? `${module}.` : ''}${type}.${name}${at}`
      return { address, mode, type, name, values: attributes }
    }),
  )
  return { format_version: '1.0', values: { root_module: { resources } } }
}
