import { escaped } from '../../core/output/html'
import { printable } from '../../core/output/printable'
import { isSeen } from '../../diagnosis/snapshot'
import type { Entry, Gap } from '../../timeline/entry'
import { blind } from '../judge'
import type { Look, Metric } from '../model'
import type { Judged } from '../once'
import { fullTitle, headline, limitShown, marks, pastShown, remarkOf, valueShown } from '../words'
import { chart } from './chart'
import { style } from './style'

/** An environment with what happened in it. */
export interface Reported extends Judged {
  timeline: { entries: Entry[]; gaps: Gap[] }
}

/** So many lines of the timeline are kept, the newest: more are for `monitor --timeline`. */
const most = 300

/** The report: one file with everything in it, that asks no other address for anything and runs no script. */
export function page(all: Reported[]): string {
  const names = all.map(({ look }) => look.environment).join(', ')
  const { now = 0, window, region = '' } = all[0]?.look ?? {}
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(`${names}, ${time(now)}`)}</title>
<style>${style}</style>
<h1>How ${text(names)} is</h1>
<p class="quiet">${text(region)}, ${time(now)}; charts since ${time(window?.from ?? now)}</p>
${all.map((one) => section(one, all.length > 1)).join('\n')}
</html>
`
}

function section({ look, metrics, timeline }: Reported, several: boolean): string {
  const charted = metrics.filter(({ points }) => points.length > 0)
  const groups = [...new Set(charted.map(({ group }) => group))]
  return `${several ? `<h2 class="environment">${text(look.environment)}</h2>` : ''}
<p>${text(headline(look))}</p>
${verdict(metrics)}
<div class="grid">${metrics
    .filter(({ points }) => points.length === 0)
    .map((metric) => tile(metric))
    .join('')}</div>
${groups
  .map(
    (group) => `<h2>${group}</h2>
<div class="grid">${charted
      .filter((metric) => metric.group === group)
      .map((metric) => tile(metric, chart(metric, look.window)))
      .join('')}</div>`,
  )
  .join('\n')}
${alarms(look)}
${happened(timeline)}`
}

/** What matters, before any picture. */
function verdict(metrics: Metric[]): string {
  const over = metrics.filter(({ over }) => over)
  const unknown = blind(metrics)
  if (over.length + unknown.length === 0) return '<p class="good">✔ Nothing is over its threshold</p>'
  const line = (metric: Metric) =>
    `<li class="${metric.status}">${marks[metric.status]} <span><b>${text(fullTitle(metric))}</b> ${text(pastShown(metric))}: ${text(remarkOf(metric))}</span></li>`
  return `<ul class="say">${[...over, ...unknown].map(line).join('\n')}</ul>`
}

function tile(metric: Metric, picture = ''): string {
  const { status, threshold } = metric
  const limit = threshold === null ? '' : ` <span class="quiet">(${text(limitShown(metric))})</span>`
  const remark = remarkOf(metric)
  return `<div class="card"><h3>${text(picture ? metric.title : fullTitle(metric))}</h3>
<p><span class="${status === 'ok' ? 'good' : status}">${marks[status]}</span> <span class="value">${text(valueShown(metric))}</span>${limit}</p>${
    remark ? `<p class="quiet">${text(remark)}</p>` : ''
  }${picture}</div>`
}

function alarms({ alarms: part }: Look): string {
  if (!isSeen(part)) return `<h2>Alarms</h2><p class="unknown">? ${text(part.reason)}</p>`
  const rows = part.value.map(({ name, state, since, text: said, reason }) => {
    const mark =
      state === 'ALARM'
        ? '<span class="over">✖ ALARM</span>'
        : state === 'OK'
          ? '<span class="good">✔ OK</span>'
          : '<span class="unknown">? no data</span>'
    return `<tr><td>${mark}<td>${text(name)}<td>${since ? time(Date.parse(since) / 1000) : ''}<td>${text(said ?? reason)}</tr>`
  })
  return `<h2>Alarms</h2><div class="wide"><table><tr><th>State<th>Alarm<th>Since<th>What it says</tr>${rows.join('\n')}</table></div>`
}

function happened({ entries, gaps }: Reported['timeline']): string {
  const newest = entries.slice(-most).reverse()
  const left = entries.length - newest.length
  const rows = newest.map(
    ({ at, kind, level, text: said }) =>
      `<tr><td>${time(Date.parse(at) / 1000)}<td>${kind}<td class="${level === 'error' ? 'over' : level === 'warn' ? 'unknown' : ''}">${text(said)}</tr>`,
  )
  const notes = [
    ...gaps.map(({ kind, reason }) => `${kind} could not be looked at, or only in part: ${reason}`),
    ...(left > 0 ? [`${left} earlier entries are left out`] : []),
  ]
  return `<h2>What happened</h2>
${notes.map((note) => `<p class="unknown">? ${text(note)}</p>`).join('')}
${rows.length > 0 ? `<div class="wide"><table><tr><th>Time<th>Source<th>What</tr>${rows.join('\n')}</table></div>` : '<p class="quiet">Nothing that was recorded</p>'}`
}

const text = (value: string) => escaped(printable(value))
const time = (seconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
