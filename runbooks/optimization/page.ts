import { escaped } from '../core/output/html'
import { dollars } from '../costs'
import { pairsOf } from '../costs/groups'
import { type Optimized, tfvarsOf } from './data'

/** The report: one file with its chart in it, that asks no other address for anything. */
export function page(environment: string, found: Optimized): string {
  const { baseline, combined } = found
  const saving = baseline.monthly - combined.estimate.monthly
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What ${escaped(environment)} costs</title>
<style>
:root { color-scheme: light dark; --bar: light-dark(#2f6db3, #6ea8e6); --after: light-dark(#3b8f5a, #6cc790); --quiet: light-dark(#667, #9aa) }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } p.sum { font-size: 1.25rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } small, .quiet { color: var(--quiet) }
svg { width: 100%; height: auto } svg text { font: 13px system-ui, sans-serif; fill: currentColor } code { white-space: nowrap }
</style>
<h1>What ${escaped(environment)} costs</h1>
<p class="sum"><b>${dollars(baseline.monthly)}</b> a month, <b>${dollars(combined.estimate.monthly)}</b> with all that go together (${dollars(saving)} less)</p>
<p class="quiet">List prices of ${escaped(baseline.region ?? '')} looked up since ${baseline.pricesAsOf ?? 'never'}, for a month of 730 hours.</p>
${chart(found)}
<h2>What would make it cheaper</h2>
<table><tr><th>Change<th class="n">Saves<th class="n">New total<th>Risk<th>Availability</tr>
${found.recommendations.map((each) => recommendationRow(each, combined.ids.includes(each.id))).join('\n')}
</table>
<p class="quiet">Each alone, priced as the configuration it leads to. Together: ${escaped(combined.ids.join(', ') || 'none')}.</p>
${list(
  'Not offered',
  found.refused.map(({ title, refused }) => `${title}: ${refused}`),
)}
${list(
  'To know',
  found.advice.map(({ title, advice, evidence, saves }) => {
    const worth = saves === undefined ? '' : `, about ${dollars(saves)} a month`
    return `${title}: ${advice}${worth} (${evidence.join('; ')})`
  }),
)}
${list(
  'Not in the sum',
  baseline.notPriced.map(({ resource, component, because }) => `${resource} ${component ?? ''}: ${because}`),
)}
${list(
  'Assumed',
  baseline.usageAssumed.map(
    (line) => `${line.resource} ${line.component}: ${line.quantity} ${line.unit}, ${line.assumed}`,
  ),
)}
</html>
`
}

function recommendationRow(each: Optimized['recommendations'][number], chosen: boolean): string {
  const { title, change, saving, monthly, risk, because, availability, evidence } = each
  const lines = tfvarsOf(change).map((line) => `<code>${escaped(line)}</code>`)
  return `<tr><td>${chosen ? '<b>' : ''}${escaped(title)}${chosen ? '</b>' : ''}<br>${lines.join('<br>')}<br><small>${escaped(evidence.join('; '))}</small><td class="n">${dollars(saving)}<td class="n">${dollars(monthly)}<td>${risk}<br><small>${escaped(because)}</small><td>${escaped(availability)}</tr>`
}

const list = (title: string, items: readonly string[]) =>
  items.length === 0
    ? ''
    : `<h2>${title}</h2>\n<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('\n')}</ul>`

const row = 34
const left = 130
const wide = 560

/** Where the money goes: two bars a group, now and with all that go together. */
function chart({ baseline, combined }: Optimized): string {
  const pairs = pairsOf(baseline, combined.estimate)
  const most = Math.max(1, ...pairs.map(({ before, after }) => Math.max(before, after)))
  const width = (value: number) => Math.max(0, (value / most) * wide).toFixed(1)
  const rows = pairs.map(({ group, before, after }, index) => {
    const y = index * row
    const later = dollars(after) === dollars(before) ? '' : ` → ${dollars(after)}`
    const end = left + 8 + Number(width(Math.max(before, after)))
    return `<text x="${left - 8}" y="${y + 19}" text-anchor="end">${escaped(group)}</text>
<rect x="${left}" y="${y + 4}" width="${width(before)}" height="11" rx="2" fill="var(--bar)"/>
<rect x="${left}" y="${y + 17}" width="${width(after)}" height="11" rx="2" fill="var(--after)"/>
<text x="${end}" y="${y + 20}">${dollars(before)}${later}</text>`
  })
  return `<svg viewBox="0 0 ${left + wide + 150} ${pairs.length * row + 4}" role="img" aria-label="Cost by group, before and after">
${rows.join('\n')}
</svg>
<p class="quiet"><span style="color:var(--bar)">■</span> now <span style="color:var(--after)">■</span> with all that go together</p>`
}
