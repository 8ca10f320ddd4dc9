import { escaped } from '../core/output/html'
import { dollars } from '../costs'

/** Where the money goes: two bars a group. Widths are shares of the page's, so that text stays as large on a phone. */
export function chart(
  pairs: readonly { group: string; before: number; after: number }[],
  [now, then]: readonly [now: string, then: string],
): string {
  const most = Math.max(1, ...pairs.map(({ before, after }) => Math.max(before, after)))
  const width = (value: number) => `${((100 * Math.max(0, value)) / most).toFixed(2)}%`
  const rows = pairs.map(({ group, before, after }, index) => {
    const y = index * row
    const later = dollars(after) === dollars(before) ? '' : ` → ${dollars(after)}`
    return `<text y="${y + 15}">${escaped(group)} <tspan font-weight="600" dx="6">${dollars(before)}${later}</tspan></text>
<rect y="${y + 21}" width="${width(before)}" height="8" rx="2" fill="var(--bar)"/>
<rect y="${y + 30}" width="${width(after)}" height="8" rx="2" fill="var(--after)"/>`
  })
  return `<svg height="${pairs.length * row}" role="img" aria-label="Cost by group, ${escaped(now)} and ${escaped(then)}">
${rows.join('\n')}
</svg>
<p class="quiet"><span style="color:var(--bar)">■</span> ${escaped(now)} <span style="color:var(--after)">■</span> ${escaped(then)}</p>`
}

const row = 46
