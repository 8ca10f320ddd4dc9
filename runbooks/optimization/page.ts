import { escaped } from '../core/output/html'
import { changeTable, dollars, signed } from '../costs'
import type { Comparison } from '../costs/compare'
import { pairsOf } from '../costs/groups'
import { chart } from './chart'
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
svg { display: block; width: 100%; max-width: 44rem } svg text { font: 14px system-ui, sans-serif; fill: currentColor } code { white-space: nowrap }
@media (max-width: 44rem) {
  body { overflow-wrap: anywhere } code { white-space: normal }
  table, tbody, tr, td { display: block } tr:has(th) { display: none } tr { border-bottom: 1px solid #8884; padding: .5rem 0 }
  td, td.n { border: 0; padding: 0; text-align: left; white-space: normal } td[data-of]::before { content: attr(data-of) ': '; color: var(--quiet) }
}
@media print { body { margin: 0; max-width: none; font-size: 11pt } tr, li, svg { break-inside: avoid } h2 { break-after: avoid } }
</style>
<h1>What ${escaped(environment)} costs</h1>
<p class="sum"><b>${dollars(baseline.monthly)}</b> a month${found.comparison ? ' once this plan is applied' : ''}, <b>${dollars(combined.estimate.monthly)}</b> with all that go together (${dollars(saving)} less)</p>
<p class="quiet">List prices of ${escaped(baseline.region ?? '')} looked up since ${baseline.pricesAsOf ?? 'never'}, for a month of 730 hours.</p>
${found.comparison ? ofPlan(found.comparison) : chart(pairsOf(baseline, combined.estimate), ['now', 'with all that go together'])}
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
  'Also consider',
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

/** What the plan does to the bill, group by group and line by line. */
function ofPlan(comparison: Comparison): string {
  const { before, after, difference } = comparison
  const rows = changeTable(comparison).map(
    (line) =>
      `<tr><td>${escaped(line.resource!)}<td>${escaped(line.component!)}<td class="n" data-of="Now">${line.before}<td class="n" data-of="After">${line.after}<td class="n" data-of="Difference">${line.difference}</tr>`,
  )
  return `<p>The plan: ${dollars(before.monthly)} now, ${dollars(after.monthly)} after (${signed(difference)} a month)</p>
${chart(pairsOf(before, after), ['now', 'after the plan'])}
<table><tr><th>Resource<th>Component<th class="n">Now<th class="n">After<th class="n">Difference</tr>
${rows.join('\n')}
</table>`
}

function recommendationRow(each: Optimized['recommendations'][number], chosen: boolean): string {
  const { title, change, saving, monthly, risk, because, availability, evidence } = each
  const lines = tfvarsOf(change).map((line) => `<code>${escaped(line)}</code>`)
  return `<tr><td>${chosen ? '<b>' : ''}${escaped(title)}${chosen ? '</b>' : ''}<br>${lines.join('<br>')}<br><small>${escaped(evidence.join('; '))}</small><td class="n" data-of="Saves">${dollars(saving)}<td class="n" data-of="New total">${dollars(monthly)}<td data-of="Risk">${risk}<br><small>${escaped(because)}</small><td data-of="Availability">${escaped(availability)}</tr>`
}

const list = (title: string, items: readonly string[]) =>
  items.length === 0
    ? ''
    : `<h2>${title}</h2>\n<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('\n')}</ul>`
