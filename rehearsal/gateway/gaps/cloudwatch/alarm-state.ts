import type { Members } from '../../call'
import type { TimeSeries } from './statistics'

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** What an alarm should be, and why in CloudWatch's words. */
export interface Verdict {
  state: AlarmState
  reason: string
}

const comparisons: Record<string, { words: string; holds: (value: number, threshold: number) => boolean }> = {
  GreaterThanThreshold: { words: 'greater than', holds: (value, limit) => value > limit },
  GreaterThanOrEqualToThreshold: {
    words: 'greater than or equal to',
    holds: (value, limit) => value >= limit,
  },
  LessThanThreshold: { words: 'less than', holds: (value, limit) => value < limit },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', holds: (value, limit) => value <= limit },
}

/** How far back an alarm looks. */
export function windowOf(alarm: Members, period: number, now: number) {
  const to = Math.floor(now / period) * period
  return { from: to - Number(alarm.EvaluationPeriods) * period, to }
}

/** Judges an alarm by the datapoints of its evaluation periods: M of N, and what missing ones count as. */
export function judgeAlarm(alarm: Members, points: TimeSeries, before: AlarmState): Verdict {
  const periods = Number(alarm.EvaluationPeriods)
  const needed = Number(alarm.DatapointsToAlarm ?? periods)
  const limit = Number(alarm.Threshold)
  const { words, holds } = comparisons[alarm.ComparisonOperator] ?? comparisons.GreaterThanThreshold!
  const recent = [...points].sort(([a], [b]) => a - b)
  const breaching = recent.filter(([, value]) => holds(value, limit))
  const missing = periods - recent.length
  const treat = alarm.TreatMissingData ?? 'missing'
  if (recent.length === 0 && treat === 'missing') {
    return { state: 'INSUFFICIENT_DATA', reason: `Insufficient Data: ${periods} datapoints were unknown.` }
  }
  // Too little to decide by: an alarm that ignores what is missing stays as it is.
  if (treat === 'ignore' && missing > 0 && breaching.length < needed) return { state: before, reason: '' }
  const counted = breaching.length + (treat === 'breaching' ? missing : 0)
  const state = counted >= needed ? 'ALARM' : 'OK'
  return { state, reason: reasonOf(state) }

  function reasonOf(next: AlarmState): string {
    const crossing = next === 'ALARM' ? breaching : recent.filter(([, value]) => !holds(value, limit))
    const shown = crossing.slice(-5).map(([at, value]) => `${decimal(value)} (${stamp(at)})`)
    const change = next === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'
    const least = next === 'ALARM' ? needed : periods - needed + 1
    const transition = `(minimum ${least} datapoint${least === 1 ? '' : 's'} for ${change} transition).`
    if (shown.length === 0) {
      const treated = next === 'ALARM' ? 'Breaching' : 'NonBreaching'
      const number = periods === 1 ? 'no datapoint was' : 'no datapoints were'
      const one = periods === 1 ? 'datapoint was' : 'datapoints were'
      return `Threshold Crossed: ${number} received for ${periods} period${periods === 1 ? '' : 's'} and ${periods} missing ${one} treated as [${treated}].`
    }
    const was = shown.length === 1 ? 'datapoint' : 'datapoints'
    const verb = shown.length === 1 ? 'was' : 'were'
    const not = next === 'ALARM' ? '' : 'not '
    return `Threshold Crossed: ${crossing.length} out of the last ${periods} ${was} [${shown.join(', ')}] ${verb} ${not}${words} the threshold (${decimal(limit)}) ${transition}`
  }
}

const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value))

/** `23/11/26 09:05:00`, as CloudWatch writes times in its reasons. */
function stamp(at: number): string {
  const [date = '', time = ''] = new Date(at * 1000).toISOString().split('T')
  const [year = '', month, day] = date.split('-')
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`
}
