import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { bars } from '../../../runbooks/costs/bars.ts'
import { pairsOf } from '../../../runbooks/costs/groups.ts'
import { optimized } from '../../../runbooks/optimization/data.ts'
import { page } from '../../../runbooks/optimization/page.ts'
import { fromPlan } from '../../../runbooks/optimization/source.ts'
import { quiet, told } from '../costs/world.ts'

const found = (situation = told('staging')) =>
  optimized({ situation, use: quiet, production: false, privateTasks: false }, new Date('2026-11-23'), 'UTC')

describe('bars', () => {
  test('the longest is as wide as asked, the others are their share, and what goes away is drawn open', () => {
    expect(
      bars(
        [
          { group: 'NAT', before: 80, after: 20 },
          { group: 'Fargate', before: 40, after: 40 },
          { group: 'Addresses', before: 0, after: 10 },
        ],
        8,
      ),
    ).toEqual([
      'NAT        $80.00  ██░░░░░░ → $20.00',
      'Fargate    $40.00  ████',
      'Addresses   $0.00  ▒ → $10.00',
    ])
  })

  test('nothing costs nothing', () => {
    expect(bars([])).toEqual([])
  })

  test('every group of both sides has a row, whose sums are the estimates', () => {
    const { baseline, combined } = found()
    const pairs = pairsOf(baseline, combined.estimate)
    const sum = (key: 'before' | 'after') => pairs.reduce((total, pair) => total + pair[key], 0)
    expect(sum('before')).toBeCloseTo(baseline.monthly, 2)
    expect(sum('after')).toBeCloseTo(combined.estimate.monthly, 2)
  })
})

describe('page', () => {
  test('one file that asks no other address for anything, with a bar for each group and a row for each change', () => {
    const all = found()
    const html = page('staging', all)
    expect(html).not.toMatch(/(src|href)=|url\(|@import|<script/)
    const groups = pairsOf(all.baseline, all.combined.estimate)
    expect(html.match(/<rect /g)).toHaveLength(2 * groups.length)
    for (const { change } of all.recommendations)
      for (const name of Object.keys(change)) expect(html).toContain(`<code>${name} = `)
  })

  test('of a plan the bars and lines are what stands and what it leads to', async () => {
    const plan = join(import.meta.dir, '../costs/fixtures/change-savings.plan')
    const all = optimized(
      await fromPlan(plan, {}, { environment: 'staging', region: 'us-east-1' }),
      new Date('2026-11-23'),
      'UTC',
    )
    const html = page('staging', all)
    const { before, after, changedLines } = all.comparison!
    expect(html.match(/<rect /g)).toHaveLength(2 * pairsOf(before, after).length)
    expect(html).toContain('$167.51 now, $116.60 after (-$50.91 a month)')
    for (const { resource } of changedLines) expect(html).toContain(`<td>${resource}`)
  })

  test('what comes from outside is text and no markup', () => {
    const html = page('<img onerror=x>', found(told('staging', { OPENAI_MODEL: '<script>' })))
    expect(html).not.toContain('<img')
    expect(html).not.toContain('<script>')
  })
})
