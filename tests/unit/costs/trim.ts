import { pricers, usagePricers } from '../../../runbooks/costs/catalog.ts'
import type { TerraformPlanJson, ValuesJson } from '../../../runbooks/costs/plan.ts'

/**
 * Cuts a real plan down to what may decide its price, so that it can lie in the repository: no policies, container
 * definitions, tags or secrets, and nothing of resources that are free. To record one again:
 *
 *     terraform plan -out=plan && terraform show -json plan | bun tests/unit/costs/trim.ts > tests/unit/costs/fixtures/NAME.plan
 */
export function trim(plan: TerraformPlanJson): TerraformPlanJson {
  const { format_version, terraform_version, variables, planned_values, prior_state, configuration } = plan
  return {
    format_version,
    ...(terraform_version && { terraform_version }),
    ...(variables?.aws_region && { variables: { aws_region: variables.aws_region } }),
    ...(planned_values && { planned_values: trimValues(planned_values) }),
    ...(prior_state && {
      prior_state: {
        format_version: prior_state.format_version,
        values: trimValues(prior_state.values ?? {}),
      },
    }),
    resource_changes: (plan.resource_changes ?? []).flatMap(({ address, change }) => {
      const unknown = pick(typeOf(address), change.after_unknown, (value) => value === true)
      return Object.keys(unknown).length === 0
        ? []
        : [{ address, change: { actions: change.actions, after_unknown: unknown } }]
    }),
    configuration: {
      provider_config: {
        aws: {
          name: 'aws',
          expressions: { region: configuration?.provider_config?.aws?.expressions?.region ?? {} },
        },
      },
      root_module: {
        resources: (configuration?.root_module?.resources ?? []).flatMap(({ address, expressions }) => {
          const kept = pick(typeOf(address), expressions, (_, key) => links.has(key))
          return Object.keys(kept).length === 0
            ? []
            : [{ address, expressions: kept as typeof expressions & {} }]
        }),
      },
    },
  }
}

const priced = new Set([
  ...Object.keys(pricers),
  ...usagePricers.flatMap(({ types }) => types),
  // What prices are looked up in.
  'aws_appautoscaling_scheduled_action',
  'aws_appautoscaling_target',
  'aws_ecs_cluster_capacity_providers',
  'aws_ecs_task_definition',
  'aws_subnet',
])

const links = new Set([
  'allocation_id',
  'cluster',
  'cluster_name',
  'resource_id',
  'subnet_ids',
  'subnets',
  'task_definition',
])

const noise =
  /^(tags|tags_all|timeouts|policy|.*_policy|dashboard_body|container_definitions|.*description|password.*|username|volume|alarm_actions|ok_actions|.*window|.*protocol.*|ebs.*)$/

function trimValues({ root_module }: ValuesJson): ValuesJson {
  const resources = (root_module?.resources ?? [])
    .filter(({ mode }) => mode === 'managed')
    .map(({ address, mode, type, name, index, values }) => ({
      address,
      mode,
      type,
      name,
      ...(index !== undefined && { index }),
      values: pick(type, values, (value) => value !== null && !(Array.isArray(value) && value.length === 0)),
    }))
  return { root_module: { resources } }
}

function pick(
  type: string,
  from: unknown,
  keep: (value: unknown, key: string) => boolean,
): Record<string, unknown> {
  if (!priced.has(type) || typeof from !== 'object' || from === null) return {}
  return Object.fromEntries(
    Object.entries(from).filter(([key, value]) => !noise.test(key) && keep(value, key)),
  )
}

const typeOf = (address: string) => address.split('.')[0] ?? ''

/** A resource a line, so that a new recording shows what changed. */
export function print(plan: TerraformPlanJson): string {
  return `${JSON.stringify(plan).replaceAll('{"address":', '\n{"address":')}\n`
}

if (import.meta.main) process.stdout.write(print(trim((await Bun.stdin.json()) as TerraformPlanJson)))
