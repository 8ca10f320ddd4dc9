import { escaped } from '../../core/output/html'
import type { Metric, Series, Window } from '../model'
import { shown, valueShown } from '../words'

const size = { width: 480, height: 150 }
const plot = { left: 4, right: 476, top: 22, bottom: 128 }

/** A metric over the window as a picture that needs nothing but itself: its line, and its threshold where there is one. */
export function chart(metric: Metric, window: Window): string {
  const { points, threshold, unit, worse, title } = metric
  const most = scaleOf(points, threshold)
  const x = (at: number) =>
    plot.left + ((at - window.from) / (window.to - window.from)) * (plot.right - plot.left)
  const y = (value: number) => plot.bottom - (Math.max(0, value) / most) * (plot.bottom - plot.top)
  const limit = threshold === null ? '' : limitLine(y(threshold), worse, shown(threshold, unit))
  const lines = runsOf(points, window.period).map((run) => drawn(run, x, y))
  const said = `${title}: ${valueShown(metric)}${threshold === null ? '' : `, threshold ${shown(threshold, unit)}`}`
  return `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escaped(said)}">
<line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}"/>
${limit}${lines.join('\n')}
<text class="quiet" x="${plot.left}" y="14">${escaped(shown(most, unit))}</text>
${[0, 0.5, 1].map((share) => timeMark(window, share)).join('')}
</svg>`
}

/** The top of the scale: a threshold has its line in the picture, however far below it the values are. */
function scaleOf(points: Series, threshold: number | null): number {
  const highest = Math.max(0, ...points.map(([, value]) => value))
  return Math.max(highest, (threshold ?? 0) * 1.15) || 1
}

function limitLine(at: number, worse: Metric['worse'], text: string): string {
  const beyond = worse === 'above' ? [plot.top, at] : [at, plot.bottom]
  const [from, to] = beyond.map((each) => Math.min(Math.max(each, plot.top), plot.bottom)) as [number, number]
  const label = worse === 'above' ? at - 4 : at + 13
  return `<rect class="beyond" x="${plot.left}" width="${plot.right - plot.left}" y="${decimal(from)}" height="${decimal(to - from)}"/>
<line class="limit" x1="${plot.left}" x2="${plot.right}" y1="${decimal(at)}" y2="${decimal(at)}"/>
<text class="limit" x="${plot.right}" y="${decimal(label)}" text-anchor="end">${escaped(text)}</text>
`
}

/** A pause in the values is a pause in the line: nobody knows what was there. */
function runsOf(points: Series, period: number): Series[] {
  const runs: (readonly [number, number])[][] = []
  for (const point of points) {
    const last = runs.at(-1)
    if (last && point[0] - last.at(-1)![0] <= 2 * period) last.push(point)
    else runs.push([point])
  }
  return runs
}

function drawn(run: Series, x: (at: number) => number, y: (value: number) => number): string {
  const [first] = run
  if (run.length === 1 && first)
    return `<circle class="line" cx="${decimal(x(first[0]))}" cy="${decimal(y(first[1]))}" r="2.5"/>`
  const corners = run.map(([at, value]) => `${decimal(x(at))},${decimal(y(value))}`)
  const ends = [run.at(-1)!, run[0]!].map(([at]) => `${decimal(x(at))},${plot.bottom}`)
  return `<polygon class="area" points="${[...corners, ...ends].join(' ')}"/><polyline class="line" points="${corners.join(' ')}"/>`
}

function timeMark({ from, to }: Window, share: number): string {
  const at = new Date((from + (to - from) * share) * 1000).toISOString()
  const text = to - from > 86_400 ? at.slice(5, 16).replace('T', ' ') : at.slice(11, 16)
  const anchor = ['start', 'middle', 'end'][share * 2]
  return `<text class="quiet" x="${plot.left + (plot.right - plot.left) * share}" y="${size.height - 6}" text-anchor="${anchor}">${text}</text>`
}

const decimal = (value: number) => value.toFixed(1)
