import { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { S3 } from '@aws-sdk/client-s3'
import { stateBucket } from '../../../runbooks/aws/stack'
import type { Trouble } from '../../rehearsal/small-trouble'
import { change, deployed, terraform } from './deploying'
import { type Drill, eventually } from './drill'
import { unserved, withoutModel } from './noticed'

/** Puts an object into the state bucket, as a run that was killed leaves it. */
async function leave({ small }: Trouble, Key: string, content: object): Promise<() => Promise<unknown>> {
  const s3 = new S3({ ...small.settings, forcePathStyle: true })
  const Bucket = stateBucket('123456789012', small.settings.region)
  await s3.putObject({ Bucket, Key, Body: JSON.stringify(content) })
  return () => s3.deleteObject({ Bucket, Key })
}

/** A deploy that is killed as soon as it has its lock; that was an hour ago. */
async function killed(trouble: Trouble): Promise<void> {
  const { workspace, small } = trouble
  const s3 = new S3({ ...small.settings, forcePathStyle: true })
  const place = { Bucket: stateBucket('123456789012', small.settings.region), Key: small.stack.lockKey }
  const deploy = workspace.spawn(['bun', 'runbooks/deploy.ts', '--yes', '--json'])
  const lock = async () => {
    const found = await s3.getObject(place).catch(() => undefined)
    return found && (JSON.parse(await found.Body!.transformToString()) as object)
  }
  let held = await lock()
  while (!held && deploy.exitCode === null) {
    await Bun.sleep(20)
    held = await lock()
  }
  deploy.kill('SIGKILL')
  await deploy.exited
  await leave(trouble, small.stack.lockKey, { ...held, since: ago(80), until: ago(70) })
}

/** What autoscaling goes by: how many questions wait, as somebody's own metric has it. */
const waiting = { Namespace: 'Small', MetricName: 'QuestionsWaiting' }
const PolicyName = 'follow-questions'

async function load(small: Trouble['small']) {
  const cloudwatch = new CloudWatch(small.settings)
  await small.scaling.putScalingPolicy({
    ...small.scaled,
    PolicyName,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 10,
      CustomizedMetricSpecification: { ...waiting, Statistic: 'Average' },
    },
  })
  return {
    begin: () =>
      cloudwatch.putMetricData({
        Namespace: waiting.Namespace,
        MetricData: [0, 1, 2, 3, 4].map((minutes) => ({
          MetricName: waiting.MetricName,
          Value: 100,
          Timestamp: new Date(Date.now() - minutes * 60_000),
        })),
      }),
    end: () => small.scaling.deleteScalingPolicy({ ...small.scaled, PolicyName }),
  }
}

async function rings({ settings, scaled }: Trouble['small']): Promise<boolean> {
  const AlarmNamePrefix = `TargetTracking-${scaled.ResourceId}-AlarmHigh`
  const { MetricAlarms } = await new CloudWatch(settings).describeAlarms({ AlarmNamePrefix })
  return MetricAlarms?.some(({ StateValue }) => StateValue === 'ALARM') ?? false
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()

/** What people and runs leave behind. */
export const leftDrills: Drill[] = [
  {
    name: 'an emergency that nobody has restored',
    causes: ['emergency-forgotten'],
    async play({ workspace, small }) {
      await workspace.must(['bun', 'runbooks/emergency-shutdown.ts', '--yes'])
      return async () => {
        await workspace.must(['bun', 'runbooks/emergency-restore.ts', '--yes'])
        await small.healthy()
        await small.settled()
      }
    },
  },
  {
    name: 'a model that an emergency switched off',
    causes: ['model-switched-off'],
    async play({ workspace, small }) {
      await workspace.must(['bun', 'runbooks/emergency-shutdown.ts', '--model-only', '--yes'])
      return async () => {
        await workspace.must(['bun', 'runbooks/emergency-restore.ts', '--yes'])
        await small.healthy()
        await small.settled()
      }
    },
    noticed: withoutModel,
  },
  {
    name: 'a service that somebody set to 0 tasks',
    causes: ['tasks-missing'],
    async play({ small }) {
      const { cluster, service } = small.stack
      await small.ecs.updateService({ cluster, service, desiredCount: 0 })
      return async () => {
        await small.reset()
        await small.healthy()
        await small.settled()
      }
    },
  },
  {
    name: 'autoscaling that somebody suspended',
    causes: ['scaling-suspended'],
    async play({ small }) {
      const unload = await load(small)
      const suspended = { DynamicScalingOutSuspended: true, DynamicScalingInSuspended: true }
      await small.scaling.registerScalableTarget({ ...small.scaled, SuspendedState: suspended })
      await unload.begin()
      return async () => {
        // It is the suspension that kept the tasks few: without it they follow.
        const resumed = { DynamicScalingOutSuspended: false, DynamicScalingInSuspended: false }
        await small.scaling.registerScalableTarget({ ...small.scaled, SuspendedState: resumed })
        await eventually(async () => (await small.service()).desiredCount !== 1)
        await unload.end()
        await small.reset()
        await small.settled()
      }
    },
    async noticed({ small }) {
      const { desiredCount } = await small.service()
      return (await rings(small)) && desiredCount === 1 ? 'ten times the load, and one task still' : undefined
    },
  },
  {
    name: 'a lock that a killed deploy has left',
    causes: ['lock-left'],
    async play(trouble) {
      await change(trouble)
      await killed(trouble)
      return () => trouble.workspace.must(['bun', 'runbooks/deploy.ts', '--yes', '--json'])
    },
    ready: deployed,
    noticed: unserved,
  },
  {
    name: "Terraform's lock, left by a killed apply",
    causes: ['state-locked'],
    ready: terraform,
    play: (trouble) =>
      leave(trouble, `${trouble.small.stack.stateKey}.tflock`, {
        ID: '7a1c35f3-8c9e-4a3f-9b0c-0e1d2c3b4a59',
        Operation: 'OperationTypeApply',
        Who: 'ana@laptop',
        Version: '1.11.4',
        Created: ago(90),
        Path: trouble.small.stack.stateKey,
        Info: '',
      }),
    async noticed({ workspace }) {
      const plan = await workspace.exec(['terraform', '-chdir=terraform/aws', 'plan', '-input=false'])
      const refused = /Error acquiring the state lock/.test(plan.stderr)
      return refused ? `terraform plan ends with ${plan.exitCode}: the state is locked` : undefined
    },
  },
]
