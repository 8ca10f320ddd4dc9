import type { Series, Window } from './model'

const bars = '▁▂▃▄▅▆▇█'

/** A line of so many bars over the window; a blank where there was no value. `floor` and `most` set the scale where they are known. */
export function sparkline(
  points: Series,
  { from, to }: Window,
  columns: number,
  { least = 0, most }: { least?: number; most?: number } = {},
): string {
  const width = (to - from) / columns
  const cells = Array.from({ length: columns }, (): number | undefined => undefined)
  for (const [at, value] of points) {
    const cell = Math.min(columns - 1, Math.floor((at - from) / width))
    if (cell >= 0) cells[cell] = Math.max(cells[cell] ?? Number.NEGATIVE_INFINITY, value)
  }
  const seen = cells.filter((value) => value !== undefined)
  const top = Math.max(most ?? Number.NEGATIVE_INFINITY, ...seen)
  const range = top - least
  return cells
    .map((value) => {
      if (value === undefined) return ' '
      const share = range > 0 ? (value - least) / range : 0
      return bars[Math.max(0, Math.min(bars.length - 1, Math.round(share * (bars.length - 1))))]
    })
    .join('')
}
