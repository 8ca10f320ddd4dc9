import { AwsError, type Call, type Handlers, type Members } from '../../call'
import { allows, parameterDefaults } from './parameters'

/** What was set of a group's parameters. */
type Values = Map<string, { value: string; method: string }>

/** The values in DB parameter groups: moto cannot reset one, nor say who set it, and knows no default groups. */
export function parameterGroups(): Handlers[string] {
  const groups = new Map<string, Values>()
  const keyOf = (call: Call) => `${call.region}/${String(call.input.DBParameterGroupName).toLowerCase()}`
  const valuesOf = (call: Call): Values =>
    groups.get(keyOf(call)) ?? groups.set(keyOf(call), new Map()).get(keyOf(call))!

  return {
    async CreateDBParameterGroup(call) {
      const answer = await call.answer()
      groups.set(keyOf(call), new Map())
      return answer
    },

    async ModifyDBParameterGroup(call) {
      const given = (call.input.Parameters ?? []) as Members[]
      for (const each of given) check(each)
      const answer = await call.answer()
      for (const { ParameterName, ParameterValue, ApplyMethod } of given) {
        valuesOf(call).set(ParameterName, { value: String(ParameterValue), method: ApplyMethod })
      }
      return answer
    },

    async ResetDBParameterGroup(call) {
      const name = String(call.input.DBParameterGroupName)
      const given = (call.input.Parameters ?? []) as Members[]
      if (call.input.ResetAllParameters) valuesOf(call).clear()
      for (const { ParameterName } of given) valuesOf(call).delete(ParameterName)
      return { DBParameterGroupName: name }
    },

    async DescribeDBParameters(call) {
      // moto says whether the group exists; AWS's own ones always do.
      if (!/^default\.postgres\d+$/.test(call.input.DBParameterGroupName)) await call.answer()
      const values = valuesOf(call)
      const names = new Set([...Object.keys(parameterDefaults), ...values.keys()])
      const all = [...names].sort().map((name) => parameter(name, values))
      const { Source } = call.input
      return { Parameters: all.filter((each) => !Source || each.Source === Source) }
    },

    async DeleteDBParameterGroup(call) {
      const answer = await call.answer()
      groups.delete(keyOf(call))
      return answer
    },
  }
}

function parameter(name: string, values: Values): Members {
  const known = parameterDefaults[name]
  const set = values.get(name)
  return {
    ParameterName: name,
    ParameterValue: set?.value ?? known?.value,
    Description: name,
    Source: set ? 'user' : known?.value === undefined ? 'engine-default' : 'system',
    ApplyType: known?.apply ?? 'dynamic',
    DataType: known?.type ?? 'string',
    AllowedValues: known?.allowed,
    IsModifiable: known?.modifiable ?? true,
    ApplyMethod: set?.method ?? (known?.apply === 'static' ? 'pending-reboot' : 'immediate'),
  }
}

function check({ ParameterName: name, ParameterValue: value, ApplyMethod: method }: Members): void {
  const known = parameterDefaults[name]
  if (!known) return
  if (known.modifiable === false) {
    throw new AwsError('InvalidParameterValue', `The parameter ${name} cannot be modified.`)
  }
  if (!allows(known, String(value))) {
    const allowed = `allowed values are: ${known.allowed}`
    throw new AwsError('InvalidParameterValue', `Invalid parameter value: ${value} for: ${name} ${allowed}`)
  }
  if (known.apply === 'static' && method === 'immediate') {
    throw new AwsError(
      'InvalidParameterCombination',
      'cannot use immediate apply method for static parameter',
    )
  }
}
