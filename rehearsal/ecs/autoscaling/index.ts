import type { Handlers } from '../../gateway/call.ts'
import type { Ground } from '../ground.ts'
import type { State } from '../state.ts'
import { actOnScaling } from './act.ts'
import { policyHandlers } from './policies.ts'
import type { Scalings } from './record.ts'
import { scheduleHandlers } from './schedule.ts'
import { scalingTagHandlers } from './tags.ts'
import { targetHandlers } from './targets.ts'

/** Application Auto Scaling of ECS services; other namespaces are moto's. */
export function createAutoscaling(state: State, ground: Ground) {
  const scalings: Scalings = new Map()
  const handlers: Handlers[string] = {
    ...targetHandlers(scalings, state, ground),
    ...policyHandlers(scalings, ground),
    ...scheduleHandlers(scalings, ground),
    ...scalingTagHandlers(scalings),
  }
  const acting = actOnScaling(scalings, state, ground)
  return { handlers, stop: acting.stop }
}
