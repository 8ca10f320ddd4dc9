import type { GetTaskProtectionRequest, UpdateTaskProtectionRequest } from '@aws-sdk/client-ecs'
import type { Call, Handlers } from '../../gateway/call.ts'
import { findCluster } from '../clusters.ts'
import type { Ground } from '../ground.ts'
import { lastPart } from '../ids.ts'
import type { State } from '../state.ts'
import type { LiveTask } from '../task/live.ts'
import { wire } from './wire.ts'

const usualMinutes = 120

/** Protection of a service's tasks from scale-in and from deployments. */
export function protectionHandlers(state: State, ground: Ground): Handlers[string] {
  function shown(task: LiveTask) {
    const until = state.protections.get(task.id)?.until ?? 0
    const protectionEnabled = until > Date.now()
    return wire({
      taskArn: task.view.taskArn,
      protectionEnabled,
      ...(protectionEnabled && { expirationDate: new Date(until) }),
    })
  }

  async function chosen(input: { cluster?: string | undefined; tasks?: string[] | undefined }) {
    const cluster = await findCluster(ground.moto, input.cluster)
    const inCluster = [...state.tasks.values()].filter((it) => it.plan.cluster.name === cluster.name)
    const names = input.tasks?.length ? input.tasks : inCluster.map((it) => it.id)
    const found = names.map((name) => [name, inCluster.find((it) => it.id === lastPart(name))] as const)
    return {
      tasks: found.flatMap(([, task]) => (task ? [task] : [])),
      failures: found.flatMap(([name, task]) => {
        const arn = ground.arns.task(cluster.name, lastPart(name))
        if (!task) return [{ arn, reason: 'TASK_NOT_VALID' }]
        return task.plan.group.startsWith('service:') ? [] : [{ arn, reason: 'TASK_NOT_VALID' }]
      }),
    }
  }

  return {
    async GetTaskProtection(call: Call) {
      const { tasks, failures } = await chosen(call.input as GetTaskProtectionRequest)
      return { protectedTasks: tasks.map(shown), failures }
    },

    async UpdateTaskProtection(call: Call) {
      const input = call.input as UpdateTaskProtectionRequest
      const { tasks, failures } = await chosen(input)
      const valid = tasks.filter((it) => !failures.some((failure) => failure.arn === it.view.taskArn))
      for (const task of valid) {
        if (!input.protectionEnabled) state.protections.delete(task.id)
        else
          state.protections.set(task.id, {
            until: Date.now() + (input.expiresInMinutes ?? usualMinutes) * 60_000,
          })
      }
      return { protectedTasks: valid.map(shown), failures }
    },
  }
}
