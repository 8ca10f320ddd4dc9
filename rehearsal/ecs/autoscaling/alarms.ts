import type { Alarm, ScalingPolicy } from '@aws-sdk/client-application-auto-scaling'
import {
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch'
import type { Moto } from '../moto.ts'
import { serviceOf } from './record.ts'

/** AWS's own: out after three minutes over the target, in after fifteen below nine tenths of it. */
const out = { name: 'AlarmHigh', periods: 3, comparison: 'GreaterThanThreshold', share: 1 } as const
const back = { name: 'AlarmLow', periods: 15, comparison: 'LessThanThreshold', share: 0.9 } as const

/** The two alarms of a target-tracking policy, made anew with each change of it. */
export async function putAlarms(moto: Moto, policy: ScalingPolicy): Promise<Alarm[]> {
  const settings = policy.TargetTrackingScalingPolicyConfiguration
  const metric = settings && metricOf(policy)
  if (!settings || !metric) return []
  const wanted = settings.DisableScaleIn ? [out] : [out, back]
  const put = wanted.map(async (it) => {
    const AlarmName = `TargetTracking-${policy.ResourceId}-${it.name}-${crypto.randomUUID()}`
    await moto.metrics.send(
      new PutMetricAlarmCommand({
        AlarmName,
        AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.PolicyARN}.`,
        AlarmActions: [policy.PolicyARN!],
        ...metric,
        Period: 60,
        EvaluationPeriods: it.periods,
        ComparisonOperator: it.comparison,
        Threshold: settings.TargetValue! * it.share,
      }),
    )
    return { AlarmName, AlarmARN: alarmArn(policy, AlarmName) }
  })
  return Promise.all(put)
}

export async function dropAlarms(moto: Moto, policy: ScalingPolicy): Promise<void> {
  const AlarmNames = (policy.Alarms ?? []).map((it) => it.AlarmName!)
  if (AlarmNames.length > 0) await moto.metrics.send(new DeleteAlarmsCommand({ AlarmNames }))
}

function alarmArn(policy: ScalingPolicy, name: string): string {
  const [, , , region, account] = policy.PolicyARN!.split(':')
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`
}

type Metric = Pick<PutMetricAlarmInput, 'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic'>

/** The metric a policy tracks, as its alarms name it. */
export function metricOf(policy: ScalingPolicy): Metric | undefined {
  const settings = policy.TargetTrackingScalingPolicyConfiguration!
  const { cluster, name } = serviceOf(policy.ResourceId!)!
  const predefined = settings.PredefinedMetricSpecification
  const ofService = [
    { Name: 'ClusterName', Value: cluster },
    { Name: 'ServiceName', Value: name },
  ]
  switch (predefined?.PredefinedMetricType) {
    case 'ECSServiceAverageCPUUtilization':
      return {
        Namespace: 'AWS/ECS',
        MetricName: 'CPUUtilization',
        Dimensions: ofService,
        Statistic: 'Average',
      }
    case 'ECSServiceAverageMemoryUtilization':
      return {
        Namespace: 'AWS/ECS',
        MetricName: 'MemoryUtilization',
        Dimensions: ofService,
        Statistic: 'Average',
      }
    case 'ALBRequestCountPerTarget': {
      const group = /targetgroup\/.*$/.exec(predefined.ResourceLabel ?? '')?.[0]
      const Dimensions = [{ Name: 'TargetGroup', Value: group ?? '' }]
      return {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCountPerTarget',
        Dimensions,
        Statistic: 'Sum',
      }
    }
  }
  const custom = settings.CustomizedMetricSpecification
  if (!custom?.MetricName) return undefined
  return {
    Namespace: custom.Namespace,
    MetricName: custom.MetricName,
    Dimensions: custom.Dimensions?.map((it) => ({ Name: it.Name!, Value: it.Value! })),
    Statistic: custom.Statistic,
  }
}
