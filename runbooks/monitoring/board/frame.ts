import { printable } from '../../core/output/printable'
import type { Style } from '../../core/output/style'
import { truncate } from '../../core/output/wrap'
import { isSeen } from '../../diagnosis/snapshot'
import { judge } from '../judge'
import type { Metric } from '../model'
import { fullTitle, headline } from '../words'
import type { Carried } from './carry'
import { columnsFor, row } from './rows'

export interface Board {
  environments: Carried[]
  /** What is wrong with the looking itself, and since when. */
  trouble?: { reason: string; since: number } | undefined
  /** As on the command line. */
  since: string
  /** Seconds between two looks. */
  interval: number
  /** Seconds: the clock of whoever looks at it. */
  now: number
}

/** The whole screen: as many lines as there is room for, none of them wider. */
export function frame(
  board: Board,
  { columns, rows }: { columns: number; rows: number },
  style: Style,
): string[] {
  const width = Math.max(20, columns - 1)
  const top = heading(board, width, style)
  if (board.environments.length === 0) return [...top, '', '  Looking ...'].slice(0, rows)
  const room = rows - top.length
  const share = Math.max(3, Math.floor(room / board.environments.length))
  const body = board.environments.flatMap((one) => section(one, board, width, share, style))
  return [...top, ...body].slice(0, rows)
}

function heading(
  { environments, trouble, since, interval, now }: Board,
  width: number,
  style: Style,
): string[] {
  const names = environments.map(({ look }) => look.environment).join(', ')
  const region = environments[0]?.look.region ?? ''
  const seen = environments[0] && ` · seen ${clock(environments[0].look.now)}`
  const left = ['monitor', names, region].filter(Boolean).join(' · ')
  const right = `last ${since} · every ${interval} s${seen ?? ''} · q quits`
  const space = width - Bun.stringWidth(left) - Bun.stringWidth(right)
  const line =
    space > 0
      ? `${style.bold(left)}${' '.repeat(space)}${style.dim(right)}`
      : style.bold(truncate(left, width))
  if (!trouble) return [line]
  const ago = Math.max(0, Math.round(now - trouble.since))
  return [
    line,
    style.warn(truncate(`! no answer for ${ago} s, trying on: ${printable(trouble.reason)}`, width)),
  ]
}

/** What matters least goes first when there is too little room. */
const rank = ({ status, threshold }: Metric) =>
  status === 'over'
    ? 0
    : status === 'unknown'
      ? 1
      : status === 'ok' && threshold !== null
        ? 2
        : status === 'ok'
          ? 3
          : 4

function section(
  { look, stale }: Carried,
  { environments }: Board,
  width: number,
  room: number,
  style: Style,
): string[] {
  const metrics = judge(look)
  const title = environments.length > 1 ? `${look.environment}: ${headline(look)}` : headline(look)
  const notes = [
    ...stale.map(({ part, since, reason }) =>
      style.warn(truncate(`! ${part} as of ${clock(since)}: ${printable(reason)}`, width)),
    ),
    ...ringing(look).map((text) => style.bad(truncate(`✖ ${text}`, width))),
  ]
  const events = eventsOf(look, environments.length > 1 ? 0 : 3).map((text) =>
    style.dim(truncate(`  ${text}`, width)),
  )
  const groups = [...new Set(metrics.map(({ group }) => group))]
  const withHeads = metrics.length + groups.length + 2 + notes.length + events.length <= room
  const places = room - 2 - notes.length - 1
  const kept = withHeads
    ? metrics
    : [...metrics].sort((a, b) => rank(a) - rank(b)).slice(0, Math.max(0, places))
  const hidden = metrics.length - kept.length
  const columns = columnsFor(width)
  const lines = groups.flatMap((group) => {
    const own = metrics.filter((metric) => metric.group === group && kept.includes(metric))
    if (own.length === 0) return []
    const rows = own.map((metric) => {
      const title = withHeads ? metric.title : fullTitle(metric)
      return row(metric, title, look.window, columns, style)
    })
    return withHeads ? [style.bold(group), ...rows] : rows
  })
  return [
    '',
    truncate(title, width),
    ...lines,
    ...(hidden > 0
      ? [style.dim(truncate(`  ${hidden} more, none of them over: the window is too low`, width))]
      : []),
    ...notes,
    ...(withHeads ? events : []),
  ].slice(0, room)
}

function ringing({ alarms }: Carried['look']): string[] {
  if (!isSeen(alarms)) return []
  return alarms.value.flatMap(({ name, state, reason, text }) =>
    state === 'ALARM' ? [printable(`${name}: ${text ?? reason}`)] : [],
  )
}

function eventsOf({ service }: Carried['look'], most: number): string[] {
  const events = isSeen(service) ? (service.value?.events ?? []) : []
  return events.slice(0, most).map(({ at, text }) => `${clock(Date.parse(at) / 1000)} ${printable(text)}`)
}

const clock = (seconds: number) => new Date(seconds * 1000).toTimeString().slice(0, 8)
