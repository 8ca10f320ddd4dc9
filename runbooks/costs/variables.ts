import type { TerraformPlanJson } from './plan.ts'
import type { Resource } from './resources.ts'
import { text, unknown } from './values.ts'

/** What terraform/aws tells a task of its variables, and costs depend on. */
const told = {
  OPENAI_MODEL: 'openai_model',
  OPENAI_BASE_URL: 'openai_base_url',
  LOG_LEVEL: 'log_level',
  CACHE_TTL_SECONDS: 'answer_cache_seconds',
}

/**
 * Before the first apply Terraform does not know what the containers are told as a whole, for addresses are among it: the
 * variables that the rest comes from are known all the same. Else a first deploy would say less than every later one.
 */
export function withVariables(
  resources: readonly Resource[],
  variables: TerraformPlanJson['variables'] = {},
): readonly Resource[] {
  const environment = Object.entries(told).flatMap(([name, variable]) => {
    const value = variables[variable]?.value
    return typeof value === 'string' || typeof value === 'number' ? [{ name, value: String(value) }] : []
  })
  if (!environment.some(({ name }) => name === 'OPENAI_MODEL')) return resources
  return resources.map((resource) =>
    resource.type === 'aws_ecs_task_definition' && text(resource, 'container_definitions') === unknown
      ? {
          ...resource,
          values: { ...resource.values, container_definitions: JSON.stringify([{ environment }]) },
        }
      : resource,
  )
}
