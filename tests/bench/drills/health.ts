import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import type { ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Trouble } from '../../rehearsal/small-trouble'
import { type Drill, eventually, moved, running } from './drill'
import { takenBack } from './noticed'

/** A health check that asks for something else than a good answer; behind Terraform's back. */
const asking = (name: string, cause: string, wrong: object, right: object): Drill => ({
  name,
  causes: [cause],
  async play(trouble) {
    const TargetGroupArn = trouble.small.targetGroup
    const set = (values: object) =>
      trouble.small.elb.modifyTargetGroup({ TargetGroupArn, ...values } as ModifyTargetGroupInput)
    await set(wrong)
    return async () => {
      await set(right)
      await trouble.back()
    }
  },
})

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

export const healthDrills: Drill[] = [
  asking(
    'a health check at a path that is not there',
    'health-check-path',
    { HealthCheckPath: '/nowhere' },
    { HealthCheckPath: '/health' },
  ),
  asking(
    'a health check at another port',
    'health-check-port',
    { HealthCheckPort: '9090' },
    { HealthCheckPort: 'traffic-port' },
  ),
  asking(
    'a health check that wants another code',
    'health-check-code',
    { Matcher: { HttpCode: '204' } },
    { Matcher: { HttpCode: '200' } },
  ),
  {
    name: 'a version that answers its health check with an error',
    causes: ['health-check-answer'],
    play: moved((trouble) =>
      running(trouble, "Bun.serve({ port: 8080, fetch: () => new Response('no', { status: 500 }) })"),
    ),
  },
  {
    name: 'a version that never answers',
    causes: ['slow-start'],
    play: moved((trouble) =>
      running(trouble, 'Bun.serve({ port: 8080, idleTimeout: 0, fetch: () => new Promise(() => {}) })'),
    ),
  },
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
]
