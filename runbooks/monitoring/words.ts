import { isSeen } from '../diagnosis/snapshot'
import type { Look, Metric, Unit } from './model'

/** A value as a person reads it. */
export function shown(value: number, unit: Unit): string {
  switch (unit) {
    case '%':
      return `${decimal(value)} %`
    case 'bytes':
      return bytes(value)
    case '$':
      return `$${value.toFixed(2)}`
    case '$/h':
      return `$${value.toFixed(value > 0 && value < 1 ? 4 : 2)}/h`
    case 'ms':
      return value < 1000 ? `${decimal(value)} ms` : `${decimal(value / 1000)} s`
    case '/min':
      return `${decimal(value)}/min`
    default:
      return decimal(value)
  }
}

/** The value, or the word for why there is none. */
export const valueShown = ({ value, unit, status }: Metric) =>
  value === null ? (status === 'idle' ? 'idle' : 'unknown') : shown(value, unit)

/** With its group, where that is not said beside it. */
export const fullTitle = ({ group, title }: Metric) =>
  group === 'Service' || group === 'Database' || group === 'Redis' ? `${group}: ${title}` : title

/** What it should be. */
export const limitShown = ({ threshold, unit, worse }: Metric) =>
  threshold === null ? '' : `${worse === 'above' ? '≤' : '≥'} ${shown(threshold, unit)}`

/** The value, and the threshold that it is past. */
export function pastShown(metric: Metric): string {
  const { threshold, unit, worse, status } = metric
  if (threshold === null || status !== 'over') return valueShown(metric)
  return `${valueShown(metric)}, ${worse === 'above' ? 'over' : 'under'} ${shown(threshold, unit)}`
}

function decimal(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}

function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, value > 0 ? Math.floor(Math.log2(value) / 10) : 0)
  return `${decimal(value / 1024 ** step)} ${units[step]}`
}

export const marks = { ok: '✔', over: '✖', idle: '·', unknown: '?' } as const

/** What to do when it is over; otherwise what there is to say. */
export const remarkOf = ({ status, action, why = '' }: Metric) =>
  status === 'over' ? [action, why].filter(Boolean).join('; ') : why

/** What serves, in one line. */
export function headline({ service, commit }: Look): string {
  if (!isSeen(service)) return `The service could not be looked at: ${service.reason}`
  const it = service.value
  if (!it) return 'There is no service'
  const built = isSeen(commit) && commit.value ? `, commit ${commit.value.slice(0, 12)}` : ''
  const moving = it.deployments.length > 1 || it.deployments[0]?.rolloutState !== 'COMPLETED'
  const state = moving
    ? `; deployment ${it.deployments[0]?.rolloutState?.toLowerCase().replace('_', ' ') ?? 'in progress'}`
    : ''
  const pending = it.pending > 0 ? `, ${it.pending} pending` : ''
  return `${it.running} of ${it.desired} tasks run ${it.taskDefinition.split('/').at(-1)}${pending}${built}${state}`
}
