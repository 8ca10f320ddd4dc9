import * as v from 'valibot'
import { CostError } from './error.ts'
import { shape } from './shape.ts'

/** The members of `terraform show -json PLAN` that costs read; the format is stable within its major version. */
export interface TerraformPlanJson {
  format_version: string
  terraform_version?: string
  variables?: Record<string, { value?: unknown }>
  planned_values?: ValuesJson
  prior_state?: TerraformStateJson
  resource_changes?: ResourceChangeJson[]
  configuration?: ConfigurationJson
}

/** `terraform show -json` without a plan: what stands. */
export interface TerraformStateJson {
  format_version: string
  terraform_version?: string
  values?: ValuesJson
}

export interface ValuesJson {
  root_module?: ModuleJson
}

export interface ModuleJson {
  address?: string
  resources?: ResourceJson[]
  child_modules?: ModuleJson[]
}

export interface ResourceJson {
  address: string
  mode: string
  type: string
  name: string
  index?: string | number
  values?: Record<string, unknown>
}

export interface ResourceChangeJson {
  address: string
  deposed?: string
  change: { actions: string[]; after_unknown?: unknown }
}

export interface ConfigurationJson {
  provider_config?: Record<string, { name: string; expressions?: Record<string, ExpressionJson> }>
  root_module?: ConfigurationModuleJson
}

export interface ConfigurationModuleJson {
  resources?: { address: string; expressions?: Record<string, ExpressionJson> }[]
  module_calls?: Record<string, { module?: ConfigurationModuleJson }>
}

/** An argument's expression; a nested block is a list of objects of such. */
interface ExpressionJson {
  constant_value?: unknown
  references?: string[]
}

/** The text of `terraform show -json` as an object; says in a sentence what is wrong with one that is not. */
export function parseShown(text: string): object {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new CostError('Terraform JSON: it does not parse, is it cut short?', { cause })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new CostError('Terraform JSON: it is not an object')
  const { success, issues } = v.safeParse(shape, json, { abortEarly: true })
  if (!success) {
    throw new CostError(`Terraform JSON: ${v.getDotPath(issues[0])} is not as Terraform writes it`)
  }
  return json
}

/** Makes sure that this is a plan, of a format that is understood here. */
export function asPlan(shown: object): TerraformPlanJson {
  checkFormat(shown)
  if (!('planned_values' in shown)) {
    throw new CostError(
      'Plan: there are no planned values in it; give the output of "terraform show -json PLANFILE"',
    )
  }
  return shown as TerraformPlanJson
}

/** Makes sure that this is a state; an empty one has a format version and nothing else. */
export function asState(shown: object): TerraformStateJson {
  checkFormat(shown)
  if ('planned_values' in shown)
    throw new CostError('State: this is a plan; give the output of "terraform show -json"')
  return shown as TerraformStateJson
}

function checkFormat(shown: object): void {
  if (!('format_version' in shown)) {
    throw new CostError('Terraform JSON: no format_version in it; give the output of "terraform show -json"')
  }
  const version = String(shown.format_version)
  if (!/^[01]\./.test(version)) {
    throw new CostError(`Terraform JSON: format ${version} is not the format 1.x that is understood here`)
  }
}
