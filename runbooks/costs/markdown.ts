import type { Comparison } from './compare.ts'
import type { Estimate } from './estimate.ts'
import { dollars, signed } from './money.ts'
import { type CostRow, changeTable, costTable, groupTable } from './table.ts'

/** An estimate for a pull request or a step summary. */
export function estimateMarkdown(estimate: Estimate): string {
  return paragraphs(
    `**${dollars(estimate.monthly)} a month**${footing(estimate)}`,
    tableOf(groupTable(estimate)),
    details('Every line', tableOf(costTable(estimate))),
    notes(estimate),
  )
}

/** What a plan does to the bill, for a pull request or a step summary. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { before, after, difference, changedLines, notPriced } = comparison
  return paragraphs(
    `**${dollars(before.monthly)} → ${dollars(after.monthly)} a month (${signed(difference)})**${footing(after)}`,
    changedLines.length > 0 ? tableOf(changeTable(comparison)) : 'No line of the bill changes.',
    notes({ ...after, notPriced }),
  )
}

function footing({ region, pricesAsOf }: Estimate): string {
  return region && pricesAsOf ? `, at list prices of ${region} looked up since ${pricesAsOf}` : ''
}

function notes({ notPriced, usageAssumed }: Pick<Estimate, 'notPriced' | 'usageAssumed'>): string {
  const gaps = notPriced.map(
    ({ resource, component, because }) =>
      `- \`${resource}\`${component ? ` ${escaped(component)}` : ''}: ${escaped(because)}`,
  )
  const assumed = usageAssumed.map(
    (line) =>
      `- \`${line.resource}\` ${escaped(line.component)}: ${line.quantity} ${line.unit}, ${escaped(line.assumed)}`,
  )
  return paragraphs(
    gaps.length > 0 ? `Not priced, and not in the sum:\n\n${gaps.join('\n')}` : '',
    assumed.length > 0 ? details('Assumed, as the configuration does not tell', assumed.join('\n')) : '',
  )
}

function tableOf(rows: CostRow[]): string {
  const headings = Object.keys(rows[0] ?? {})
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const isNumber = (heading: string) => !['resource', 'component', 'what'].includes(heading)
  return [
    line(headings),
    line(headings.map((heading) => (isNumber(heading) ? '---:' : '---'))),
    ...rows.map((row) => line(headings.map((heading) => cell(heading, row[heading] ?? '')))),
  ].join('\n')
}

const cell = (heading: string, text: string) =>
  heading === 'resource' && text.includes('.') ? `\`${text.replaceAll('|', '\\|')}\`` : escaped(text)

const details = (title: string, body: string) =>
  `<details><summary>${title}</summary>\n\n${body}\n\n</details>`

const escaped = (text: string) => text.replace(/[|<*_\\]/g, (each) => (each === '<' ? '&lt;' : `\\${each}`))

const paragraphs = (...parts: string[]) => parts.filter((part) => part !== '').join('\n\n')
