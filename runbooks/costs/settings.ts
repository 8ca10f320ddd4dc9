import type { Resource } from './resources.ts'
import { blocks, number, text, type Unknown, unknown } from './values.ts'

/** What the variables of terraform/aws are, read back from what stands or is planned. */
export interface Settings {
  /** Whether anything is there to run tasks. */
  service: boolean
  natMode: 'none' | 'single' | 'per_az'
  zones: number
  endpoints: boolean
  publicTasks: boolean
  executeCommand: boolean
  cpu: number | undefined
  memory: number | undefined
  architecture: string
  spot: boolean
  onDemandBase: number
  desired: number
  min: number
  max: number
  scalingId: string | undefined
  schedule: { down: string; up: string; nightMin: number; timeZone: string } | undefined
  /** What the container is told, by name. */
  told: Readonly<Record<string, string>>
  retention: number | undefined
  insights: string
  dashboards: number
}

/** The settings of an environment; where a thing is missing, what terraform/aws would do without being told. */
export function settingsOf(resources: readonly Resource[]): Settings {
  const ofType = (type: string) => resources.filter((each) => each.type === type)
  const service = ofType('aws_ecs_service')[0]
  const definition = ofType('aws_ecs_task_definition')[0]
  const target = ofType('aws_appautoscaling_target')[0]
  const gateways = ofType('aws_nat_gateway').length
  const zones = new Set(ofType('aws_subnet').map(({ values }) => values.availability_zone)).size || 2
  const strategy = service ? blocks(service, 'capacity_provider_strategy') : []
  const onDemand = strategy.find(({ capacity_provider }) => capacity_provider === 'FARGATE')
  const desired = known(service && number(service, 'desired_count')) ?? 0
  const min = known(target && number(target, 'min_capacity')) ?? desired
  return {
    service: service !== undefined,
    natMode: gateways === 0 ? 'none' : gateways === 1 ? 'single' : 'per_az',
    zones,
    endpoints: ofType('aws_vpc_endpoint').some(({ values }) => values.vpc_endpoint_type === 'Interface'),
    publicTasks:
      service !== undefined && blocks(service, 'network_configuration')[0]?.assign_public_ip === true,
    executeCommand: service?.values.enable_execute_command !== false,
    cpu: known(definition && number(definition, 'cpu')),
    memory: known(definition && number(definition, 'memory')),
    architecture: String(
      (definition && blocks(definition, 'runtime_platform')[0]?.cpu_architecture) || 'X86_64',
    ),
    spot: strategy.some(({ capacity_provider }) => capacity_provider === 'FARGATE_SPOT'),
    onDemandBase: Number(onDemand?.base || 1),
    desired,
    min,
    max: known(target && number(target, 'max_capacity')) ?? Math.max(min, desired),
    scalingId: target && known(text(target, 'resource_id')),
    schedule: scheduleOf(ofType('aws_appautoscaling_scheduled_action')),
    told: environmentOf(definition?.values.container_definitions),
    retention: known(ofType('aws_cloudwatch_log_group').map((each) => number(each, 'retention_in_days'))[0]),
    insights: String(
      ofType('aws_ecs_cluster').flatMap((each) => blocks(each, 'setting'))[0]?.value ?? 'disabled',
    ),
    dashboards: ofType('aws_cloudwatch_dashboard').length,
  }
}

const known = <T>(value: T | Unknown): T | undefined =>
  (value === unknown ? undefined : value) as T | undefined

function scheduleOf(actions: readonly Resource[]): Settings['schedule'] {
  const named = (name: string) => actions.find(({ address }) => address.endsWith(`["${name}"]`))
  const [down, up] = [named('down'), named('up')]
  if (!down || !up) return undefined
  return {
    down: String(down.values.schedule),
    up: String(up.values.schedule),
    nightMin: Number(blocks(down, 'scalable_target_action')[0]?.min_capacity ?? 1),
    timeZone: String(down.values.timezone ?? 'UTC'),
  }
}

/** What the first container of a task definition is told. */
export function environmentOf(definitions: unknown): Record<string, string> {
  if (typeof definitions !== 'string') return {}
  try {
    const [first] = JSON.parse(definitions) as { environment?: { name: string; value: string }[] }[]
    return Object.fromEntries((first?.environment ?? []).map(({ name, value }) => [name, value]))
  } catch {
    return {}
  }
}
