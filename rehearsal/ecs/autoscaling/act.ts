import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling'
import {
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch'
import type { Ground } from '../ground.ts'
import { type AlarmState, judgeScaling, type Tracking } from '../judge/scaling.ts'
import { isRunning, type ServiceRecord, underWay } from '../service/record.ts'
import type { State } from '../state.ts'
import { metricOf } from './alarms.ts'
import { runSchedules } from './clock.ts'
import { type Scaling, type Scalings, serviceOf } from './record.ts'
import { scaleTo } from './scale.ts'

/** Application Auto Scaling's own cooldown where a policy names none. */
const usualCooldown = 300

/** Moves services by the alarms of their policies and by their schedules, as long as neither is suspended. */
export function actOnScaling(scalings: Scalings, state: State, ground: Ground) {
  const moved = new WeakMap<Scaling, { out: number; in: number }>()
  let looking = false

  async function look(): Promise<void> {
    for (const scaling of scalings.values()) {
      const service = serviceFor(scaling)
      if (!service) continue
      runSchedules(scaling, service, state, new Date())
      const policies = [...scaling.policies.values()].filter(
        (it) => it.PolicyType === 'TargetTrackingScaling',
      )
      if (policies.length > 0) await follow(scaling, service, policies)
    }
  }

  function serviceFor(scaling: Scaling): ServiceRecord | undefined {
    const at = serviceOf(scaling.target.ResourceId!)
    const service = at && state.services.get(ground.arns.service(at.cluster, at.name))
    return service?.status === 'ACTIVE' ? service : undefined
  }

  async function follow(scaling: Scaling, service: ServiceRecord, policies: ScalingPolicy[]): Promise<void> {
    const AlarmNames = policies.flatMap((it) => (it.Alarms ?? []).map((alarm) => alarm.AlarmName!))
    const { MetricAlarms = [] } = await ground.moto.alarmStates.send(
      new DescribeAlarmsCommand({ AlarmNames }),
    )
    if (!MetricAlarms.some((alarm) => alarm.StateValue === 'ALARM')) return
    const { target } = scaling
    const last = moved.get(scaling) ?? { out: 0, in: 0 }
    const decision = judgeScaling({
      desired: service.desiredCount,
      running: [...service.tasks].filter(isRunning).length,
      min: target.MinCapacity!,
      max: target.MaxCapacity!,
      outSuspended: target.SuspendedState?.DynamicScalingOutSuspended ?? false,
      inSuspended: target.SuspendedState?.DynamicScalingInSuspended ?? false,
      deploying: underWay(service) !== undefined,
      secondsSinceOut: (Date.now() - last.out) / 1000,
      secondsSinceIn: (Date.now() - last.in) / 1000,
      policies: await Promise.all(policies.map((it) => trackingOf(it, MetricAlarms))),
    })
    // It may have been suspended, or gone, while its metric was read.
    if (!decision || scalings.get(target.ResourceId!) !== scaling) return
    moved.set(scaling, { ...last, [decision.count > service.desiredCount ? 'out' : 'in']: Date.now() })
    const cause = `monitor alarm ${decision.alarm} in state ALARM triggered policy ${decision.policy}`
    scaleTo(state, service, scaling, decision.count, cause)
  }

  async function trackingOf(policy: ScalingPolicy, alarms: MetricAlarm[]): Promise<Tracking> {
    const settings = policy.TargetTrackingScalingPolicyConfiguration!
    const named = (part: string) => {
      const name = policy.Alarms?.find((it) => it.AlarmName!.includes(part))?.AlarmName
      const alarm = alarms.find((it) => it.AlarmName === name)
      return alarm && { name: alarm.AlarmName!, state: alarm.StateValue as AlarmState }
    }
    return {
      name: policy.PolicyName!,
      high: named('-AlarmHigh-'),
      low: named('-AlarmLow-'),
      value: await latestOf(policy),
      target: settings.TargetValue!,
      outCooldown: settings.ScaleOutCooldown ?? usualCooldown,
      inCooldown: settings.ScaleInCooldown ?? usualCooldown,
    }
  }

  /** The latest minute of the policy's metric. */
  async function latestOf(policy: ScalingPolicy): Promise<number | undefined> {
    const metric = metricOf(policy)
    if (!metric?.Statistic) return undefined
    const { Namespace, MetricName, Dimensions, Statistic } = metric
    const EndTime = new Date()
    const StartTime = new Date(EndTime.getTime() - 180_000)
    const asked = {
      Namespace,
      MetricName,
      Dimensions,
      Statistics: [Statistic],
      Period: 60,
      StartTime,
      EndTime,
    }
    const { Datapoints = [] } = await ground.moto.metrics.send(new GetMetricStatisticsCommand(asked))
    const latest = Datapoints.sort((a, b) => b.Timestamp!.getTime() - a.Timestamp!.getTime())[0]
    return latest?.[Statistic]
  }

  const timer = setInterval(() => {
    if (looking || ground.world.stopping.aborted) return
    looking = true
    look()
      .catch((error) => ground.world.stopping.aborted || ground.world.log('ecs', `autoscaling: ${error}`))
      .finally(() => {
        looking = false
      })
  }, ground.durations.scalingLook)
  return { stop: () => clearInterval(timer) }
}
