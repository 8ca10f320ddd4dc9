import type { Drill } from '../drill'
import { leftNothing } from '../expect'
import { type Stage, until } from '../stage/stage'

export const autoscalingFightsShutdown: Drill = {
  name: 'autoscaling-fights-shutdown',
  guide: '10.3',
  title: 'autoscaling wants tasks while the service is being stopped',
  story:
    'A desired count of 0 by hand is lifted again as soon as an alarm rings. The runbook suspends scaling first.',
  async run(scene) {
    const { stage, proof, say, retell } = scene
    const { aws, stack } = stage
    const before = await stage.world()
    const ecs = await aws.ecs()

    say('by hand: aws ecs update-service --desired-count 0')
    await ecs.updateService({ cluster: stack.cluster, service: stack.service, desiredCount: 0 })
    const lifted = await until(
      'Autoscaling lifts the count',
      async () => {
        await alarm(stage, 'ALARM')
        return (await stage.world()).desired
      },
      30,
    )
    proof.is('autoscaling has lifted the zero that was made by hand', lifted >= before.min, true)

    const shutdown = await stage.run(['emergency-shutdown'], retell('bun runbooks/emergency-shutdown.ts'))
    proof.is('the shutdown ends with exit code 0', shutdown.exitCode, 0)
    // It looks at its alarms every two seconds.
    for (let second = 0; second < 6; second++) {
      await alarm(stage, 'ALARM')
      await Bun.sleep(1_000)
    }
    const down = await stage.world()
    proof.is('with the alarm ringing, the zero stays', [down.desired, down.running], [0, 0])
    proof.is('autoscaling is suspended', down.suspended, [true, true, true])
    await alarm(stage, 'OK')
    await leftNothing(scene, shutdown)

    const restored = await stage.run(
      ['emergency-restore', '--desired-count', String(before.desired)],
      retell(`bun runbooks/emergency-restore.ts --desired-count ${before.desired}`),
    )
    const up = await stage.world()
    proof.is('the restore ends with exit code 0', restored.exitCode, 0)
    proof.is(
      'autoscaling is as before',
      [up.suspended, up.min, up.max],
      [before.suspended, before.min, before.max],
    )
    proof.is('as many tasks run as before', [up.desired, up.running], [before.desired, before.running])
    proof.is(`${before.version} answers`, up.version, before.version)
  },
}

/**
 * The alarm that makes autoscaling add tasks, as a rush of questions would. A state set by hand lasts until the alarm is
 * judged next, which may be before autoscaling looks.
 */
async function alarm({ aws }: Stage, StateValue: 'ALARM' | 'OK'): Promise<void> {
  const cloudwatch = await aws.cloudwatch()
  const { MetricAlarms = [] } = await cloudwatch.describeAlarms({ AlarmNamePrefix: 'TargetTracking' })
  const high = MetricAlarms.find(({ AlarmName }) => AlarmName?.includes('AlarmHigh'))
  if (!high) throw new Error('Ring the alarm of autoscaling: there is none')
  await cloudwatch.setAlarmState({ AlarmName: high.AlarmName, StateValue, StateReason: 'a drill' })
}
