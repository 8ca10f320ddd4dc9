import type { shown } from '../terraform/shown'

type Shown = ReturnType<typeof shown>

/** Autoscaling moves the number of tasks, and Terraform's state knows the one of its last look: the service's own counts. */
export function withCount(state: Shown, desired: number | undefined): Shown {
  if (desired === undefined) return state
  const { resources } = state.values.root_module
  const counted = resources.map((each) =>
    each.type === 'aws_ecs_service' ? { ...each, values: { ...each.values, desired_count: desired } } : each,
  )
  return { ...state, values: { root_module: { resources: counted } } }
}
