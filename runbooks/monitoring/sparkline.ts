import type { Series, Window } from './model'

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

export interface Cell {
  bar: string
  /** The highest value of its time; undefined where there was none, which is a blank. */
  value: number | undefined
}

/** So many bars over the window, from 0 to `most` or to the highest value that there is. */
export function sparkCells(points: Series, { from, to }: Window, columns: number, most = 0): Cell[] {
  const width = (to - from) / columns
  const values = Array.from({ length: columns }, (): number | undefined => undefined)
  for (const [at, value] of points) {
    const cell = Math.min(columns - 1, Math.floor((at - from) / width))
    if (cell >= 0) values[cell] = Math.max(values[cell] ?? Number.NEGATIVE_INFINITY, value)
  }
  const top = Math.max(most, ...values.filter((value) => value !== undefined))
  return values.map((value) => ({ bar: value === undefined ? ' ' : bars[heightOf(value, top)]!, value }))
}

export const sparkline = (points: Series, window: Window, columns: number, most?: number): string =>
  sparkCells(points, window, columns, most)
    .map(({ bar }) => bar)
    .join('')

function heightOf(value: number, top: number): number {
  const share = top > 0 ? Math.max(0, value) / top : 0
  return Math.min(bars.length - 1, Math.round(share * (bars.length - 1)))
}
