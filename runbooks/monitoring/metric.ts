import { isSeen, type Part } from '../diagnosis/snapshot'
import type { Look, Metric, Series, Status } from './model'
import type { SeriesName } from './queries'

/** A metric as its file declares it: what it is, and what was found. */
export type Declared = Pick<Metric, 'id' | 'group' | 'title' | 'unit' | 'action'> & {
  threshold?: number | undefined
  worse?: Metric['worse']
  points?: Series
}

/** Holds a value against its threshold; what has none is unknown, with the reason. */
export function judged(
  declared: Declared,
  value: number | undefined,
  { why, idle = false }: { why?: string | undefined; idle?: boolean } = {},
): Metric {
  const { threshold = null, worse = 'above', points = [], ...rest } = declared
  const beyond =
    value !== undefined && threshold !== null && (worse === 'above' ? value > threshold : value < threshold)
  const status: Status = idle ? 'idle' : value === undefined ? 'unknown' : beyond ? 'over' : 'ok'
  return {
    ...rest,
    value: value ?? null,
    threshold,
    worse,
    status,
    over: status === 'over',
    ...(why && { why }),
    points,
  }
}

/** A series of the look; empty where CloudWatch could not be asked. */
export const seriesOf = ({ series }: Look, name: SeriesName): Series =>
  'reason' in series ? [] : (series[name] ?? [])

/** Why a series says nothing. */
export function silence(look: Look, names: SeriesName[]): string {
  if ('reason' in look.series) return look.series.reason
  return names.every((name) => seriesOf(look, name).length === 0)
    ? `CloudWatch has no value of it since ${clock(look.window.from)}`
    : 'CloudWatch has had no value of it for 15 minutes'
}

/** Why a part is not there to be judged: it could not be looked at, or there is none. */
export function missing<T>(part: Part<T | null>, what: string): string | undefined {
  if (!isSeen(part)) return part.permission ? `${part.reason}; it needs ${part.permission}` : part.reason
  return part.value === null ? `there is no ${what}` : undefined
}

export function seenIn<T>(part: Part<T | null>): T | undefined {
  return isSeen(part) ? (part.value ?? undefined) : undefined
}

const clock = (seconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
