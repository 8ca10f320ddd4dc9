import { AwsError, type Call, type Handlers, type Members } from '../../call'
import { allows, families, parameterDefaults } from './parameters'
import { inRegion, keyOf, type ParameterGroup, type Store } from './store'

/** Everything about cache parameter groups: moto has none of it. */
export function parameterGroups(store: Store): Handlers[string] {
  const named = (call: Call): ParameterGroup =>
    findParameterGroup(store, call, call.input.CacheParameterGroupName)

  return {
    CreateCacheParameterGroup(call) {
      const {
        CacheParameterGroupName: given,
        CacheParameterGroupFamily: family,
        Description,
        Tags,
      } = call.input
      const name = String(given).toLowerCase()
      if (!families.includes(family)) {
        throw new AwsError(
          'InvalidParameterValue',
          `CacheParameterGroupFamily ${family} is not a valid parameter group family.`,
        )
      }
      if (store.parameterGroups.has(keyOf(call, name)) || name.startsWith('default.')) {
        throw new AwsError('CacheParameterGroupAlreadyExists', `Cache Parameter Group ${name} already exists`)
      }
      const arn = store.arn(call, 'parametergroup', name)
      const group = { family, description: Description ?? '', arn, values: new Map<string, string>() }
      store.parameterGroups.set(keyOf(call, name), group)
      store.tags.add(arn, Tags)
      return { CacheParameterGroup: shown(group) }
    },

    DescribeCacheParameterGroups(call) {
      if (call.input.CacheParameterGroupName) return { CacheParameterGroups: [shown(named(call))] }
      const own = inRegion(call, store.parameterGroups)
      const defaults = families.map((family) => findParameterGroup(store, call, `default.${family}`))
      return { CacheParameterGroups: [...defaults, ...own].map(shown) }
    },

    DescribeCacheParameters(call) {
      const { values } = named(call)
      const { Source } = call.input
      const all = Object.keys(parameterDefaults).concat(
        [...values.keys()].filter((name) => !parameterDefaults[name]),
      )
      const parameters = all.map((name) => parameter(name, values.get(name)))
      return { Parameters: parameters.filter((each) => !Source || each.Source === Source) }
    },

    DescribeEngineDefaultParameters(call) {
      const family = call.input.CacheParameterGroupFamily
      const Parameters = Object.keys(parameterDefaults).map((name) => parameter(name, undefined))
      return { EngineDefaults: { CacheParameterGroupFamily: family, Parameters } }
    },

    ModifyCacheParameterGroup(call) {
      const group = named(call)
      const pairs = (call.input.ParameterNameValues ?? []) as Members[]
      for (const { ParameterName, ParameterValue } of pairs) check(group, ParameterName, ParameterValue)
      for (const { ParameterName, ParameterValue } of pairs)
        group.values.set(ParameterName, ParameterValue ?? '')
      return { CacheParameterGroupName: nameOf(group) }
    },

    ResetCacheParameterGroup(call) {
      const group = named(call)
      const given = (call.input.ParameterNameValues ?? []) as Members[]
      const names = call.input.ResetAllParameters
        ? [...group.values.keys()]
        : given.map((each) => each.ParameterName)
      for (const name of names) group.values.delete(name)
      return { CacheParameterGroupName: nameOf(group) }
    },

    DeleteCacheParameterGroup(call) {
      const group = named(call)
      const name = nameOf(group)
      const used = inRegion(call, store.groups).some((each) => each.settings.CacheParameterGroupName === name)
      if (used || name.startsWith('default.')) {
        const why = used
          ? 'One or more cache clusters are still members of this parameter group'
          : 'Default parameter group'
        throw new AwsError(
          'InvalidCacheParameterGroupState',
          `${why} ${name}, so the group cannot be deleted.`,
        )
      }
      store.parameterGroups.delete(keyOf(call, name))
      store.tags.forget(group.arn)
      return {}
    },
  }
}

/** A group by its name, AWS's own `default.FAMILY` ones included. */
export function findParameterGroup(store: Store, call: Call, given: string): ParameterGroup {
  const name = String(given).toLowerCase()
  const family = name.replace(/^default\./, '').replace(/\.cluster\.on$/, '')
  const preset = name.startsWith('default.') && families.includes(family)
  const group = preset
    ? {
        family,
        description: `Default parameter group for ${family}`,
        arn: store.arn(call, 'parametergroup', name),
        values: new Map<string, string>(),
      }
    : store.parameterGroups.get(keyOf(call, name))
  if (!group) throw new AwsError('CacheParameterGroupNotFound', `CacheParameterGroup ${name} not found.`, 404)
  return group
}

const nameOf = (group: ParameterGroup): string => group.arn.split(':').at(-1) ?? ''

const shown = (group: ParameterGroup) => ({
  CacheParameterGroupName: nameOf(group),
  CacheParameterGroupFamily: group.family,
  Description: group.description,
  IsGlobal: false,
  ARN: group.arn,
})

function parameter(name: string, changed: string | undefined) {
  const known = parameterDefaults[name]
  return {
    ParameterName: name,
    ParameterValue: changed ?? known?.value ?? '',
    Description: name,
    Source: changed === undefined ? 'system' : 'user',
    DataType: known?.type ?? 'string',
    AllowedValues: known?.allowed ?? '',
    IsModifiable: known?.modifiable ?? true,
    MinimumEngineVersion: '5.0.6',
    ChangeType: known?.reboot ? 'requires-reboot' : 'immediate',
  }
}

function check(group: ParameterGroup, name: string, value: string): void {
  if (nameOf(group).startsWith('default.')) {
    throw new AwsError(
      'InvalidCacheParameterGroupState',
      `Default parameter group ${nameOf(group)} cannot be modified.`,
    )
  }
  const known = parameterDefaults[name]
  if (known?.modifiable === false) {
    throw new AwsError('InvalidParameterValue', `The parameter ${name} cannot be modified.`)
  }
  if (known && !allows(known, value ?? '')) {
    const allowed = `Allowed values are: ${known.allowed}`
    throw new AwsError(
      'InvalidParameterValue',
      `The parameter value ${value} is not valid for parameter ${name}. ${allowed}`,
    )
  }
}
