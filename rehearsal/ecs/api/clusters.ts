import { AwsError, type Call, type Handlers } from '../../gateway/call.ts'
import { lastPart } from '../ids.ts'
import { isRunning, isStarting } from '../service/record.ts'
import type { State } from '../state.ts'

interface ClusterAnswer {
  clusterName: string
  settings?: { name: string; value: string }[]
}

/** Clusters stay in moto; what runs in them is known here. */
export function clusterHandlers(state: State): Handlers[string] {
  const servicesOf = (cluster: string) =>
    [...state.services.values()].filter((it) => it.cluster.name === cluster && it.status !== 'INACTIVE')
  const tasksOf = (cluster: string) =>
    [...state.tasks.values()].filter(
      (it) => it.plan.cluster.name === cluster && it.view.lastStatus !== 'STOPPED',
    )

  function counted(cluster: ClusterAnswer): ClusterAnswer {
    const tasks = tasksOf(cluster.clusterName)
    return {
      ...cluster,
      ...{
        runningTasksCount: tasks.filter(isRunning).length,
        pendingTasksCount: tasks.filter(isStarting).length,
        activeServicesCount: servicesOf(cluster.clusterName).filter((it) => it.status === 'ACTIVE').length,
      },
    }
  }

  return {
    async DescribeClusters(call: Call) {
      const answer = await call.answer()
      const clusters = (answer.clusters ?? []) as ClusterAnswer[]
      const withSettings = (call.input.include ?? []).includes('SETTINGS')
      return {
        ...answer,
        clusters: clusters.map((it) => {
          const { settings, ...rest } = counted(it)
          return withSettings ? { ...rest, settings } : { ...rest, settings: [] }
        }),
      }
    },

    async DeleteCluster(call: Call) {
      const cluster = lastPart(String(call.input.cluster))
      if (servicesOf(cluster).length > 0)
        throw new AwsError(
          'ClusterContainsServicesException',
          'The Cluster cannot be deleted while Services are active.',
        )
      if (tasksOf(cluster).length > 0)
        throw new AwsError(
          'ClusterContainsTasksException',
          'The Cluster cannot be deleted while Tasks are active.',
        )
      return call.forward()
    },
  }
}
