import type { LogLine } from '../events'
import { jsonObject } from '../json-object'
import { printable } from './printable'
import type { Style } from './style'

/** A line of somebody's log for a reader: when, who, how bad, and what it says; on a screen without the day. */
export function logLine(
  { time, source, level, message, late }: LogLine,
  style: Style,
  width: number,
): string {
  const when = Number.isFinite(width) ? time.slice(11, 23) : time
  const weight = { debug: style.dim, info: style.planned, warn: style.warn, error: style.bad }[level]
  const mark = late ? style.dim(' (late)') : ''
  return `${style.dim(when)} ${style.dim(shortSource(source))} ${weight(level.padEnd(5))} ${said(message)}${mark}`
}

/** A task's id is known by its beginning. */
const shortSource = (source: string) =>
  /^[0-9a-f]{32}$/.test(source) ? source.slice(0, 8) : source.padEnd(10)

/** Told already, or by every line alike. */
const known = new Set(['time', 'level', 'event', '_aws', 'service', 'version', 'environment', 'Environment'])

/** For whoever searches; whoever reads wants to know first what happened. */
const ids = new Set(['session', 'request_id', 'client', 'commit'])

/** JSON is told as its event and what goes with it; anything else as it stands. */
function said(message: string): string {
  const fields = jsonObject(message)
  if (!fields) return printable(message, Number.POSITIVE_INFINITY).trimEnd()
  const { event, _aws: metrics } = fields
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !known.has(name)))
  const [what, who] = [false, true].map((id) => Object.entries(rest).filter(([name]) => ids.has(name) === id))
  const words = [...what!, ...who!].flatMap(([name, value]) => pair(name, value))
  return printable(
    [event ?? (metrics ? 'metrics' : ''), ...words].filter(Boolean).join(' '),
    Number.POSITIVE_INFINITY,
  )
}

function pair(name: string, value: unknown): string[] {
  if (value === null || value === undefined || value === false) return []
  if (value === true) return [name]
  const { message, cause } = (value ?? {}) as { message?: unknown; cause?: { message?: unknown } }
  const text =
    typeof value !== 'object'
      ? String(value)
      : message === undefined
        ? JSON.stringify(value)
        : [message, cause?.message].filter(Boolean).join(': ')
  return [`${name}=${/[\s"=]/.test(text) ? JSON.stringify(text) : text}`]
}
