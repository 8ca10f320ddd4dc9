import { averageTasks } from '../fargate/schedule.ts'
import type { Resource } from '../resources.ts'
import { settingsOf } from '../settings.ts'
import { added, type Effect, edit, type Value, type Variables } from './change.ts'

/** How large a task is, on what it runs, what it is told, how many there are and when. */
export const tasks: Effect = ({ resources, usage }, variables) => {
  const before = fewest(resources)
  const shaped = scheduled(counted(spotted(sized(resources, variables), variables), variables), variables)
  const { runningTasks } = usage
  if (runningTasks === undefined) return { resources: shaped, usage }
  // What use added to the fewest stays; the fewest are what changes.
  const after = Math.max(0, runningTasks + fewest(shaped) - before)
  return { resources: shaped, usage: { ...usage, runningTasks: after } }
}

function sized(resources: readonly Resource[], variables: Variables): readonly Resource[] {
  const { ecs_task_cpu: cpu, ecs_task_memory: memory, cpu_architecture: architecture } = variables
  const told = {
    OPENAI_MODEL: variables.openai_model,
    CACHE_TTL_SECONDS: variables.answer_cache_seconds,
    LOG_LEVEL: variables.log_level,
  }
  return edit(resources, ['aws_ecs_task_definition'], ({ values }) => ({
    ...(cpu !== undefined && { cpu: String(cpu) }),
    ...(memory !== undefined && { memory: String(memory) }),
    ...(architecture !== undefined && {
      runtime_platform: [
        { ...(values.runtime_platform as object[] | undefined)?.[0], cpu_architecture: architecture },
      ],
    }),
    ...retold(values.container_definitions, told),
  }))
}

/** The container definitions with other environment variables. */
function retold(definitions: unknown, told: Record<string, Value | undefined>) {
  const given = Object.entries(told).filter(([, value]) => value !== undefined)
  if (typeof definitions !== 'string' || given.length === 0) return {}
  const containers = JSON.parse(definitions) as { environment?: { name: string; value: string }[] }[]
  const container_definitions = JSON.stringify(
    containers.map((container) => ({
      ...container,
      environment: [
        ...(container.environment ?? []).filter(({ name }) => told[name] === undefined),
        ...given.map(([name, value]) => ({ name, value: String(value) })),
      ],
    })),
  )
  return { container_definitions }
}

function spotted(resources: readonly Resource[], variables: Variables): readonly Resource[] {
  const { fargate_spot_enabled: spot, fargate_on_demand_base: base } = variables
  if (spot === undefined && base === undefined) return resources
  const now = settingsOf(resources)
  const strategy =
    (spot ?? now.spot)
      ? [
          { capacity_provider: 'FARGATE', base: base ?? now.onDemandBase, weight: 0 },
          { capacity_provider: 'FARGATE_SPOT', base: 0, weight: 1 },
        ]
      : [{ capacity_provider: 'FARGATE', base: 0, weight: 1 }]
  return edit(resources, ['aws_ecs_service'], () => ({ capacity_provider_strategy: strategy }))
}

function counted(resources: readonly Resource[], variables: Variables): readonly Resource[] {
  const {
    ecs_service_desired_count: desired,
    ecs_service_min_count: min,
    ecs_service_max_count: max,
  } = variables
  const fewest = min ?? desired
  return edit(resources, ['aws_appautoscaling_target', 'aws_ecs_service'], ({ type }) =>
    type === 'aws_ecs_service'
      ? { ...(desired !== undefined && { desired_count: desired }) }
      : {
          ...(fewest !== undefined && { min_capacity: fewest }),
          ...(max !== undefined && { max_capacity: max }),
        },
  )
}

function scheduled(resources: readonly Resource[], variables: Variables): readonly Resource[] {
  const now = settingsOf(resources)
  const enabled = variables.schedule_enabled ?? now.schedule !== undefined
  const others = resources.filter(({ base }) => base !== 'aws_appautoscaling_scheduled_action.night')
  if (!enabled) return others
  const down = String(variables.schedule_down ?? now.schedule?.down ?? 'cron(0 21 * * ? *)')
  const up = String(variables.schedule_up ?? now.schedule?.up ?? 'cron(0 6 * * ? *)')
  const night = Number(variables.schedule_night_min_count ?? now.schedule?.nightMin ?? 1)
  const resource_id = now.scalingId
  const action = (name: string, schedule: string, min: number, most: number) =>
    added('aws_appautoscaling_scheduled_action', 'night', name, {
      schedule,
      resource_id,
      scalable_target_action: [{ min_capacity: min, max_capacity: most }],
    })
  const most = now.max
  return [...others, action('down', down, night, Math.max(most, night)), action('up', up, now.min, most)]
}

/** The tasks that bounds and schedule keep on average; what use needs beyond is not the configuration's. */
function fewest(resources: readonly Resource[]): number {
  const { min, max } = settingsOf(resources)
  const actions = resources.filter(({ type }) => type === 'aws_appautoscaling_scheduled_action')
  return actions.length === 0 ? min : (averageTasks({ min, max }, actions) ?? min)
}
