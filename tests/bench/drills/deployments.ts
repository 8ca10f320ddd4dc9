import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import type { Trouble } from '../../rehearsal/small-trouble'
import { type Drill, eventually, running } from './drill'
import { takenBack } from './noticed'

/** From now on the service's deployments are judged by an alarm of somebody's own metric, too. */
async function watched({ small }: Trouble, MetricName: string) {
  const { cluster, service } = small.stack
  const cloudwatch = new CloudWatch(small.settings)
  const Namespace = 'Small'
  await cloudwatch.putMetricAlarm({
    AlarmName: MetricName,
    Namespace,
    MetricName,
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 10,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  })
  const judge = async (enable: boolean) => {
    const { deploymentConfiguration } = await small.service()
    const alarms = { alarmNames: [MetricName], enable, rollback: true }
    await small.ecs.updateService({
      cluster,
      service,
      deploymentConfiguration: { ...deploymentConfiguration, alarms },
    })
  }
  await judge(true)
  return {
    /** An alarm goes by whole minutes: it is told of this one and of that before. */
    tell: (Value: number) =>
      cloudwatch.putMetricData({
        Namespace,
        MetricData: [0, 1].map((minutes) => ({
          MetricName,
          Value,
          Timestamp: new Date(Date.now() - minutes * 60_000),
        })),
      }),
    async end() {
      await judge(false)
      await cloudwatch.deleteAlarms({ AlarmNames: [MetricName] })
    },
  }
}

/** How few and how many tasks a deployment may leave, in percent of those wanted. */
async function percents({ small }: Trouble, maximumPercent: number): Promise<void> {
  const { cluster, service } = small.stack
  const { deploymentConfiguration } = await small.service()
  await small.ecs.updateService({
    cluster,
    service,
    deploymentConfiguration: { ...deploymentConfiguration, minimumHealthyPercent: 100, maximumPercent },
  })
}

/** What keeps a version that would be well from its place. */
export const deploymentDrills: Drill[] = [
  {
    name: 'a deployment that an alarm has taken back',
    causes: ['deployment-rolled-back'],
    async play(trouble) {
      const watch = await watched(trouble, 'complaints')
      // It comes up as slowly as one does on AWS, and well: long enough for the alarm to ring meanwhile.
      const well =
        "Bun.serve({ port: 8080, fetch: () => Response.json({ status: 'healthy', degraded: [] }) })"
      await trouble.move(await running(trouble, `setTimeout(() => ${well}, 9_000)`))
      await watch.tell(100)
      await eventually(() => takenBack(trouble))
      await trouble.small.settled()
      return async () => {
        await watch.end()
        await trouble.back()
      }
    },
    noticed: takenBack,
  },
  {
    // Of one task, 150 % are rounded down to one: there is no room for a second, and the first may not go.
    name: 'percents that let a deployment neither start a task nor stop one',
    causes: ['deployment-stuck'],
    async play(trouble) {
      await percents(trouble, 150)
      const asked = Date.now()
      await trouble.move()
      while (Date.now() - asked < 15_000) await Bun.sleep(300)
      return async () => {
        await percents(trouble, 200)
        await trouble.small.settled()
        await trouble.small.healthy()
      }
    },
    async noticed({ small }) {
      const { deployments = [] } = await small.service()
      const own = deployments.find(({ status }) => status === 'PRIMARY')
      const seconds = Math.round((Date.now() - (own?.createdAt?.getTime() ?? Date.now())) / 1_000)
      // One that nothing hinders is through in three.
      if (own?.rolloutState !== 'IN_PROGRESS' || seconds < 15) return undefined
      return `what is deployed does not serve after ${seconds} s: ${own.runningCount} of ${own.desiredCount} tasks of it run`
    },
  },
]
