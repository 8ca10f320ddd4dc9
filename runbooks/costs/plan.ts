import { CostError } from './error.ts'

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
export interface ExpressionJson {
  constant_value?: unknown
  references?: string[]
}

/** Reads the text of `terraform show -json`, and says in a sentence what is wrong with one that is not. */
export function parsePlan(text: string): TerraformPlanJson {
  const plan = parse(text)
  if (!('planned_values' in plan)) {
    throw new CostError(
      'Plan: there are no planned values in it; give the output of "terraform show -json PLANFILE"',
    )
  }
  return plan as unknown as TerraformPlanJson
}

export function parseState(text: string): TerraformStateJson {
  const state = parse(text)
  if ('planned_values' in state)
    throw new CostError('State: this is a plan; give the output of "terraform show -json"')
  return state as unknown as TerraformStateJson
}

function parse(text: string): Record<string, unknown> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new CostError('Terraform JSON: it does not parse, is it cut short?', { cause })
  }
  if (typeof json !== 'object' || json === null || !('format_version' in json)) {
    throw new CostError('Terraform JSON: no format_version in it; give the output of "terraform show -json"')
  }
  const version = String(json.format_version)
  if (!/^[01]\./.test(version)) {
    throw new CostError(
      `Terraform JSON: format ${version} is newer than the format 1.x that is understood here`,
    )
  }
  return json as Record<string, unknown>
}
