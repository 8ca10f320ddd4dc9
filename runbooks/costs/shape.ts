import * as v from 'valibot'

const some = v.looseObject({})

/** Older versions leave members out, newer ones add some: only what is there and read has to be as it is expected. */
const resource = v.looseObject({
  address: v.string(),
  mode: v.string(),
  type: v.string(),
  values: v.nullish(some),
})

interface Module {
  resources?: unknown[] | undefined
  child_modules?: Module[] | undefined
}

const module: v.GenericSchema<Module> = v.looseObject({
  resources: v.optional(v.array(resource)),
  child_modules: v.optional(v.array(v.lazy(() => module))),
})

const values = v.optional(v.looseObject({ root_module: v.optional(module) }))

interface ConfigurationModule {
  resources?: unknown[] | undefined
  module_calls?: Record<string, { module?: ConfigurationModule | undefined }> | undefined
}

const configurationModule: v.GenericSchema<ConfigurationModule> = v.looseObject({
  resources: v.optional(v.array(v.looseObject({ address: v.string(), expressions: v.optional(some) }))),
  module_calls: v.optional(
    v.record(v.string(), v.looseObject({ module: v.optional(v.lazy(() => configurationModule)) })),
  ),
})

/** What `terraform show -json` prints of a plan or a state, as far as costs read it. */
export const shape = v.looseObject({
  values,
  planned_values: values,
  prior_state: v.optional(v.looseObject({ values })),
  variables: v.optional(v.record(v.string(), some)),
  resource_changes: v.optional(
    v.array(
      v.looseObject({
        address: v.string(),
        change: v.looseObject({ actions: v.array(v.string()) }),
      }),
    ),
  ),
  configuration: v.optional(
    v.looseObject({
      provider_config: v.optional(v.record(v.string(), v.looseObject({ expressions: v.optional(some) }))),
      root_module: v.optional(configurationModule),
    }),
  ),
})
