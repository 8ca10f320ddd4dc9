import type { Ground } from '../ground.ts'
import type { Eni, Target, TargetHealth } from '../ports.ts'
import type { Listener, LiveTask } from './live.ts'

/** A task's places in the target groups of its service. */
export function createTargetsOf(task: LiveTask, ground: Ground, listener: Listener) {
  const registered: { targetGroupArn: string; target: { Id: string; Port: number } }[] = []
  return {
    async register(eni: Eni): Promise<void> {
      for (const balancer of task.plan.loadBalancers) {
        const { targetGroupArn, containerPort } = balancer
        if (!targetGroupArn || !containerPort) continue
        const target = { Id: eni.privateIp, Port: containerPort }
        registered.push({ targetGroupArn, target })
        await ground.targets.register(targetGroupArn, target)
        listener.registered(task, targetGroupArn)
      }
    },
    /** Takes it out of service and waits until the load balancer has let go: requests under way are answered. */
    async leave(): Promise<void> {
      await Promise.all(
        registered.map(async ({ targetGroupArn, target }) => {
          try {
            await ground.targets.deregister(targetGroupArn, target)
          } catch {
            // It was taken out by hand, or its target group is gone.
            return
          }
          listener.deregistered(task, targetGroupArn)
          while (isHeld(await healthOf(ground, targetGroupArn, target))) {
            if (ground.world.stopping.aborted) return
            await Bun.sleep(ground.durations.drainLook)
          }
        }),
      )
    },
    get any() {
      return registered.length > 0
    },
  }
}

export type TargetsOf = ReturnType<typeof createTargetsOf>

/** A target group that is gone knows nothing of its targets. */
async function healthOf(ground: Ground, targetGroupArn: string, target: Target): Promise<TargetHealth> {
  try {
    return await ground.targets.health(targetGroupArn, target)
  } catch {
    return { State: 'unused', Reason: 'Target.NotRegistered' }
  }
}

const isHeld = (health: TargetHealth) => health.State === 'draining' || health.State === 'unhealthy.draining'

/** What the load balancers think of a running task. */
export async function targetHealthOf(task: LiveTask, ground: Ground) {
  const eni = task.eni
  if (!eni) return []
  const asked = task.plan.loadBalancers.flatMap((it) =>
    it.targetGroupArn && it.containerPort ? [{ arn: it.targetGroupArn, port: it.containerPort }] : [],
  )
  return Promise.all(
    asked.map(async ({ arn, port }) => ({
      targetGroupArn: arn,
      port,
      health: await healthOf(ground, arn, { Id: eni.privateIp, Port: port }),
    })),
  )
}
