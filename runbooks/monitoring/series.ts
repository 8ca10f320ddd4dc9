import type { Series, Window } from './model'

/** What counts as now: long enough that one busy minute is no trouble, as the guide's alarms look at five. */
const span = 300
/** A metric that has been silent for longer is not known any more; AWS brings some of them minutes late. */
const patience = 900

type Clock = { now: number; window: Pick<Window, 'period'> }

/** When the newest period that has a value ended, unless that is long ago. */
export function newestEnd(series: Series, { now, window: { period } }: Clock): number | undefined {
  const newest = series.at(-1)
  if (!newest) return undefined
  const end = newest[0] + period
  return now - end <= patience ? end : undefined
}

const within = (series: Series, from: number, to: number) => series.filter(([at]) => at >= from && at < to)

/** The mean of a gauge just now. */
export function latest(series: Series, clock: Clock): number | undefined {
  const end = newestEnd(series, clock)
  if (end === undefined) return undefined
  const values = within(series, end - Math.max(span, clock.window.period), end)
  return values.reduce((sum, [, value]) => sum + value, 0) / values.length
}

/** What a counter came to within the last minutes, and how many those are. `end` is until when it is known. */
export function counted(series: Series, end: number, { window: { period } }: Clock) {
  const length = Math.max(span, period)
  const sum = within(series, end - length, end).reduce((all, [, value]) => all + value, 0)
  return { sum, minutes: length / 60 }
}

/** Two series period by period; what only one of them has counts as 0 in the other. */
export function combine(a: Series, b: Series, how: (a: number, b: number) => number | undefined): Series {
  const [one, other] = [new Map(a), new Map(b)]
  const times = [...new Set([...one.keys(), ...other.keys()])].sort((x, y) => x - y)
  return times.flatMap((at) => {
    const value = how(one.get(at) ?? 0, other.get(at) ?? 0)
    return value === undefined ? [] : [[at, value] as const]
  })
}

export const add = (a: Series, b: Series) => combine(a, b, (x, y) => x + y)
export const larger = (a: Series, b: Series) => combine(a, b, Math.max)

/** `part` of `part + rest` in percent, where there is any. */
export const shareOf = (part: Series, rest: Series) =>
  combine(part, rest, (x, y) => (x + y > 0 ? (100 * x) / (x + y) : undefined))

export const scaled = (series: Series, factor: number): Series =>
  series.map(([at, value]) => [at, value * factor])
