import type { Window } from './model'

const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const

/** `90m` as seconds; undefined for what is no such thing. */
export function secondsOf(text: string): number | undefined {
  const [, number, unit] = text.match(/^(\d{1,5})([smhdw])$/) ?? []
  return number && unit ? Number(number) * seconds[unit as keyof typeof seconds] : undefined
}

/** Fewer values are no line. */
const shortest = 5 * 60
const longest = 63 * 86_400

/** What is wrong with a `--since`. CloudWatch keeps values of five minutes for 63 days. */
export function checkSince(text: string): string | undefined {
  const length = secondsOf(text)
  if (length === undefined) return 'must be a number and s, m, h, d or w, as in 30m, 6h or 7d'
  if (length < 1 || length > longest) return 'must be between 1s and 63d'
  return undefined
}

/** So many points are enough for a line on a screen. */
const most = 180
const periods = [60, 300, 900, 3600, 21_600, 86_400]

/** The window of so many seconds that ends with this moment, in whole periods. */
export function windowOf(asked: number, now: number): Window {
  const length = Math.max(asked, shortest)
  const period = periods.find((each) => length / each <= most) ?? 86_400
  const to = Math.ceil(now / period) * period
  return { from: to - Math.ceil(length / period) * period, to, period }
}
