import type { Handlers } from '../gateway/call.ts'
import type { World } from '../world.ts'
import { clusterHandlers } from './api/clusters.ts'
import { definitionHandlers } from './api/definitions.ts'
import { deploymentHandlers } from './api/deployments.ts'
import { execHandlers } from './api/exec.ts'
import { protectionHandlers } from './api/protection.ts'
import { serviceHandlers } from './api/services.ts'
import { tagHandlers } from './api/tags.ts'
import { taskHandlers } from './api/tasks.ts'
import { createAutoscaling } from './autoscaling/index.ts'
import { type Durations, durations } from './durations.ts'
import { openSessions } from './exec/sessions.ts'
import type { Ground } from './ground.ts'
import { arns } from './ids.ts'
import { publishMetrics } from './metrics.ts'
import { motoClients } from './moto.ts'
import type { Images, Network, Targets, Trust } from './ports.ts'
import { createState, type State } from './state.ts'
import { watchUsage } from './task/usage.ts'

export interface EcsNeeds {
  network: Network
  targets: Targets
  images: Images
  trust: Trust
  /** For tests that wait for something in particular. */
  durations?: Partial<Durations>
}

export interface Ecs {
  handlers: Handlers
  /** Says what AWS has no more capacity of. */
  capacity: State['capacity']['set']
  stop(): Promise<void>
}

/** ECS on this machine: services, deployments and tasks that are processes. Clusters and task definitions stay in moto. */
export function createEcs(world: World, needs: EcsNeeds): Ecs {
  const lasting = { ...durations, ...needs.durations }
  const ground: Ground = {
    world,
    network: needs.network,
    targets: needs.targets,
    images: needs.images,
    trust: needs.trust,
    moto: motoClients(world),
    arns: arns(world),
    durations: lasting,
    usage: watchUsage(lasting.usage),
  }
  const state = createState(ground)
  const sessions = openSessions()
  const autoscaling = createAutoscaling(state, ground)
  const metrics = publishMetrics(state, ground)
  return {
    handlers: {
      ecs: {
        ...serviceHandlers(state, ground),
        ...taskHandlers(state, ground),
        ...deploymentHandlers(state, ground),
        ...definitionHandlers(ground),
        ...clusterHandlers(state),
        ...tagHandlers(state),
        ...protectionHandlers(state, ground),
        ...execHandlers(state, ground, sessions),
      },
      'application-autoscaling': autoscaling.handlers,
    },
    capacity: state.capacity.set,
    async stop() {
      metrics.stop()
      autoscaling.stop()
      sessions.stop()
      await state.stop()
      ground.usage.stop()
    },
  }
}
