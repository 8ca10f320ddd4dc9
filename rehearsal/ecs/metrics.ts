import { type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { findCluster } from './clusters.ts'
import type { Ground } from './ground.ts'
import { isRunning, isStarting, type ServiceRecord } from './service/record.ts'
import type { State } from './state.ts'
import type { LiveTask } from './task/live.ts'

/** Processor time of a task when it was last looked at. */
interface Before {
  at: number
  cpuSeconds: number
}

/** Publishes what the services' tasks really use, as ECS does once a minute. */
export function publishMetrics(state: State, ground: Ground) {
  const before = new WeakMap<LiveTask, Before>()
  const { firstMetric, metric } = ground.durations
  const lastPublished = new WeakMap<ServiceRecord, number>()

  async function publish(service: ServiceRecord): Promise<void> {
    const running = [...service.tasks].filter((task) => isRunning(task))
    const dimensions = [
      { Name: 'ClusterName', Value: service.cluster.name },
      { Name: 'ServiceName', Value: service.name },
    ]
    const series = (MetricName: string, Values: number[], Unit: MetricDatum['Unit']): MetricDatum[] =>
      Values.length === 0 ? [] : [{ MetricName, Dimensions: dimensions, Values, Unit, Timestamp: new Date() }]
    await ground.moto.metrics.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/ECS',
        MetricData: [
          ...series(
            'CPUUtilization',
            running.flatMap((task) => cpuPercent(task, before)),
            'Percent',
          ),
          ...series('MemoryUtilization', running.map(memoryPercent), 'Percent'),
        ],
      }),
    )
    const { settings = [] } = await findCluster(ground.moto, service.cluster.name)
    const insights = settings.find((it) => it.name === 'containerInsights')?.value
    if (insights !== 'enabled' && insights !== 'enhanced') return
    const tasks = [...service.tasks]
    const counts = {
      RunningTaskCount: tasks.filter(isRunning).length,
      PendingTaskCount: tasks.filter(isStarting).length,
      DesiredTaskCount: service.desiredCount,
      DeploymentCount: service.deployments.filter((it) => it.status !== 'INACTIVE').length,
    }
    const MetricData = Object.entries(counts).flatMap(([name, value]) => series(name, [value], 'Count'))
    await ground.moto.metrics.send(
      new PutMetricDataCommand({ Namespace: 'ECS/ContainerInsights', MetricData }),
    )
  }

  const timer = setInterval(() => {
    for (const service of state.services.values()) {
      if (service.status === 'INACTIVE') continue
      const last = lastPublished.get(service)
      const due = last === undefined ? hasRun(service, firstMetric) : Date.now() - last >= metric
      if (!due) continue
      lastPublished.set(service, Date.now())
      publish(service).catch((error) => ground.world.log('ecs', `metrics of ${service.name}: ${error}`))
    }
  }, 1_000)
  return { stop: () => clearInterval(timer) }
}

/** The first datapoint waits for a task to have run a while, or for the service to be known to run none. */
const hasRun = (service: ServiceRecord, atLeast: number) =>
  [...service.tasks].some(
    (task) => task.view.startedAt && Date.now() - task.view.startedAt.getTime() > atLeast,
  )

const used = (task: LiveTask, what: 'bytes' | 'cpuSeconds') =>
  task.containers.reduce((sum, it) => sum + it.used[what], 0)

/** Share of the task's own processors since the last look. */
function cpuPercent(task: LiveTask, before: WeakMap<LiveTask, Before>): number[] {
  const now = { at: Date.now(), cpuSeconds: used(task, 'cpuSeconds') }
  const last = before.get(task) ?? { at: task.view.startedAt!.getTime(), cpuSeconds: 0 }
  before.set(task, now)
  const seconds = (now.at - last.at) / 1000
  const processors = Number(task.view.cpu ?? 1024) / 1024
  return seconds > 0 ? [Math.max(0, (100 * (now.cpuSeconds - last.cpuSeconds)) / seconds / processors)] : []
}

const memoryPercent = (task: LiveTask) =>
  (100 * used(task, 'bytes')) / (Number(task.view.memory ?? 512) * 1_048_576)
