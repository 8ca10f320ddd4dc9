export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** A target-tracking policy with what its alarms and its metric say now. */
export interface Tracking {
  name: string
  high: { name: string; state: AlarmState } | undefined
  /** Without it the policy never scales in. */
  low: { name: string; state: AlarmState } | undefined
  /** The metric's average; undefined without data. */
  value: number | undefined
  target: number
  outCooldown: number
  inCooldown: number
}

export interface ScalingSituation {
  desired: number
  running: number
  min: number
  max: number
  outSuspended: boolean
  inSuspended: boolean
  /** A deployment is under way: scaling in waits, scaling out does not. */
  deploying: boolean
  secondsSinceOut: number
  secondsSinceIn: number
  policies: Tracking[]
}

export interface ScalingDecision {
  count: number
  policy: string
  alarm: string
}

/** Out when any policy wants it, in only when all do. A count set below the minimum by hand is first lifted to it. */
export function judgeScaling(it: ScalingSituation): ScalingDecision | undefined {
  return out(it) ?? back(it)
}

/** How many tasks would bring the metric to its target. */
const wanted = ({ running }: ScalingSituation, { value, target }: Tracking) =>
  value === undefined ? undefined : Math.ceil((running * value) / target)

function out(it: ScalingSituation): ScalingDecision | undefined {
  if (it.outSuspended) return undefined
  const breaching = it.policies
    .filter((policy) => policy.high?.state === 'ALARM' && it.secondsSinceOut >= policy.outCooldown)
    .map((policy) => ({ policy, count: Math.max(wanted(it, policy) ?? 0, it.desired + 1) }))
    .sort((a, b) => b.count - a.count)
  const most = breaching[0]
  if (!most) return undefined
  const count = it.desired < it.min ? it.min : Math.min(most.count, it.max)
  if (count <= it.desired) return undefined
  return { count, policy: most.policy.name, alarm: most.policy.high!.name }
}

function back(it: ScalingSituation): ScalingDecision | undefined {
  if (it.inSuspended || it.deploying || it.desired <= it.min || it.policies.length === 0) return undefined
  const since = Math.min(it.secondsSinceIn, it.secondsSinceOut)
  const ready = it.policies.every((policy) => policy.low?.state === 'ALARM' && since >= policy.inCooldown)
  const counts = it.policies.map((policy) => wanted(it, policy))
  if (!ready || counts.includes(undefined)) return undefined
  const count = Math.max(it.min, Math.min(it.desired - 1, Math.max(...counts.map(Number))))
  const [policy] = it.policies
  return { count, policy: policy!.name, alarm: policy!.low!.name }
}
