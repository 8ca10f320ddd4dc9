import type { Metric, Unit } from './model'

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
      return `$${value.toFixed(value < 1 ? 4 : 2)}/h`
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

export const limitShown = ({ threshold, unit, worse }: Metric) =>
  threshold === null ? '' : `${worse === 'above' ? '>' : '<'} ${shown(threshold, unit)}`

function decimal(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}

function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, value > 0 ? Math.floor(Math.log2(value) / 10) : 0)
  return `${decimal(value / 1024 ** step)} ${units[step]}`
}
