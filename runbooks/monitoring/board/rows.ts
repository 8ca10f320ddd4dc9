import type { Style } from '../../core/output/style'
import { truncate } from '../../core/output/wrap'
import type { Metric, Window } from '../model'
import { sparkCells } from '../sparkline'
import { limitShown, marks, remarkOf, valueShown } from '../words'

/** How wide each column is; 0: there is no room for it. */
export interface Columns {
  title: number
  limit: number
  trend: number
  remark: number
}

const mark = 2
const value = 11

export function columnsFor(width: number): Columns {
  const [title, limit] = [25, 13]
  const room = width - mark - title - value - limit
  if (room < 0) return { title: Math.max(5, width - mark - value), limit: 0, trend: 0, remark: 0 }
  // Without room for words the trend goes first: what to do is worth more than how it came about.
  if (room < 28) return { title, limit, trend: 0, remark: room < 8 ? 0 : room - 2 }
  const trend = Math.min(60, Math.floor(room * 0.4))
  return { title, limit, trend, remark: room - trend - 4 }
}

/** One metric on one line of exactly as many columns as there are. */
export function row(metric: Metric, title: string, window: Window, columns: Columns, style: Style): string {
  const { status } = metric
  const paint = { ok: plain, over: style.bad, idle: style.dim, unknown: style.warn }[status]
  const sign = { ok: style.good, over: style.bad, idle: style.dim, unknown: style.warn }[status]
  const { title: first, limit, trend, remark } = columns
  return [
    `${sign(marks[status])} `,
    (status === 'over' ? style.bold : plain)(fit(title, first)),
    ` ${paint(fit(valueShown(metric), value - 1, true))}`,
    limit > 0 ? ` ${style.dim(fit(limitShown(metric), limit - 1, true))}` : '',
    trend > 0 ? `  ${line(metric, window, trend, style)}` : '',
    remark > 0 ? `  ${paint(fit(remarkOf(metric), remark))}` : '',
  ]
    .join('')
    .trimEnd()
}

const plain = (text: string) => text

/** The trend, in red where it was past the threshold. */
function line({ points, threshold, worse }: Metric, window: Window, columns: number, style: Style): string {
  const most = worse === 'above' && threshold !== null ? threshold : undefined
  return sparkCells(points, window, columns, most)
    .map(({ bar, value }) => {
      if (value === undefined || threshold === null) return style.dim(bar)
      return (worse === 'above' ? value > threshold : value < threshold) ? style.bad(bar) : style.planned(bar)
    })
    .join('')
}

/** Cut or filled to a width. */
export function fit(text: string, width: number, right = false): string {
  const cut = truncate(text, width)
  const space = ' '.repeat(Math.max(0, width - Bun.stringWidth(cut)))
  return right ? space + cut : cut + space
}
