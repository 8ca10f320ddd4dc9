import type { Resource } from '../resources.ts'
import { blocks, number, text, unknown } from '../values.ts'
import { oncePerWorld, type World } from '../world.ts'
import { averageTasks, type Limits } from './schedule.ts'

/** How many tasks run on average over a month, and what in that is not read from the plan. */
export interface TaskCount {
  tasks: number
  assumed?: string
}

/** The desired count as autoscaling bounds it, by its schedule too; undefined when it is not known before the apply. */
export function tasksOf(service: Resource, world: World): TaskCount | undefined {
  if (world.usage.runningTasks !== undefined) return { tasks: world.usage.runningTasks }
  const desired = number(service, 'desired_count')
  if (desired === unknown) return undefined
  const { targets, actions } = scalingOf(service, world)
  // Suspended, as by an emergency stop, scaling holds nothing to its bounds.
  const limits = targets.filter((target) => !isSuspended(target)).map(limitsOf)[0]
  if (!limits) return { tasks: desired ?? 0 }
  if (actions.length === 0) return { tasks: Math.min(Math.max(desired ?? 0, limits.min), limits.max) }
  const average = averageTasks(limits, actions)
  return average === undefined
    ? { tasks: desired ?? 0, assumed: 'a schedule that cannot be read is left out' }
    : { tasks: average, assumed: 'the fewest that its schedule keeps, on average over a week' }
}

/** What scales a service: by the name that ends the resource id, or where that is not known by what it refers to. */
function scalingOf(service: Resource, world: World): { targets: Resource[]; actions: Resource[] } {
  const byName = scalingByName(world)
  const found = [
    ...(byName.get(String(text(service, 'name'))) ?? []),
    ...(byName.get(unknown) ?? []).filter((scaling) =>
      world
        .named(scaling, 'resource_id')
        .some((each) => each === service || world.named(each, 'resource_id').includes(service)),
    ),
  ]
  return {
    targets: found.filter(({ type }) => type === 'aws_appautoscaling_target'),
    actions: found.filter(({ type }) => type === 'aws_appautoscaling_scheduled_action'),
  }
}

const scalingByName = oncePerWorld((world) =>
  Map.groupBy(
    [...world.ofType('aws_appautoscaling_target'), ...world.ofType('aws_appautoscaling_scheduled_action')],
    (scaling) => {
      const id = text(scaling, 'resource_id')
      return typeof id === 'string' ? id.slice(id.lastIndexOf('/') + 1) : unknown
    },
  ),
)

const isSuspended = (target: Resource) =>
  blocks(target, 'suspended_state').some((state) => state.dynamic_scaling_out_suspended === true)

function limitsOf(target: Resource): Limits {
  const least = number(target, 'min_capacity')
  const most = number(target, 'max_capacity')
  return { min: typeof least === 'number' ? least : 0, max: typeof most === 'number' ? most : Infinity }
}
