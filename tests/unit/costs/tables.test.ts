import { describe, expect, test } from 'bun:test'
import {
  changeTable,
  compare,
  comparisonMarkdown,
  costTable,
  dollars,
  estimate,
  estimateMarkdown,
  groupTable,
  signed,
} from '../../../runbooks/costs/index.ts'
import { amount } from '../../../runbooks/costs/money.ts'
import { guideStack, type Planned, planOf } from './plans.ts'

const guide = estimate(planOf(guideStack))
const oneNat = guideStack.filter(([address]) => !address.endsWith('[1]'))
const mystery: Planned = ['aws_mystery.a_b', {}]

describe('money', () => {
  test.each([
    [0, '$0.00', '$0.00'],
    [1234.5, '$1,234.50', '+$1,234.50'],
    [-36.5, '-$36.50', '-$36.50'],
    [-0.001, '$0.00', '$0.00'],
    [0.004, '$0.00', '$0.00'],
  ])('%d', (usd, plain, withSign) => {
    expect([dollars(usd), signed(usd)]).toEqual([plain, withSign])
  })

  test.each([
    [1460, 'GB-hour', '1,460 GB-hours'],
    [1, 'secret', '1 secret'],
    [5, 'GB', '5 GB'],
    [0.1, 'million requests', '0.1 million requests'],
  ])('%d %s', (quantity, unit, spelled) => expect(amount(quantity, unit)).toBe(spelled))
})

describe('tables', () => {
  test('costTable has a row for each line and ends with the sum', () => {
    const rows = costTable(guide)
    expect(rows).toHaveLength(guide.lines.length + 1)
    expect(rows[0]).toEqual({
      resource: 'aws_ecs_service.app',
      component: 'vCPU (x86)',
      quantity: '730 vCPU-hours',
      rate: '$0.04048',
      monthly: '$29.55',
    })
    expect(rows.at(-1)).toMatchObject({ resource: 'total', monthly: '$164.41' })
  })

  test('groupTable sums up by group', () => {
    expect(groupTable(guide)).toEqual([
      { what: 'Fargate', monthly: '$36.04' },
      { what: 'RDS', monthly: '$13.98' },
      { what: 'Redis', monthly: '$11.68' },
      { what: 'Load balancer', monthly: '$24.31' },
      { what: 'NAT', monthly: '$73.45' },
      { what: 'Logs', monthly: '$2.65' },
      { what: 'Images', monthly: '$0.10' },
      { what: 'Secrets and keys', monthly: '$2.20' },
      { what: 'Data transfer', monthly: '$0.00' },
      { what: 'total', monthly: '$164.41' },
    ])
  })

  test('changeTable shows before, after and difference', () => {
    expect(changeTable(compare(planOf(oneNat, guideStack))).at(-1)).toEqual({
      resource: 'total',
      component: '',
      before: '$164.41',
      after: '$127.91',
      difference: '-$36.50',
    })
  })
})

describe('Markdown', () => {
  test('of an estimate has the sum, the groups, every line, and what is assumed', () => {
    const markdown = estimateMarkdown(guide)
    expect(markdown).toStartWith(
      '**$164.41 a month**, at list prices of us-east-1 looked up since 2026-07-31',
    )
    expect(markdown).toContain('| Fargate | $36.04 |')
    expect(markdown).toContain('| `aws_ecs_service.app` | vCPU (x86) | 730 vCPU-hours | $0.04048 | $29.55 |')
    expect(markdown).toContain('- `aws_nat_gateway.main` data: 10 GB, the small usage profile')
    expect(markdown).not.toContain('Not priced')
  })

  test('of a comparison says what has no price', () => {
    const markdown = comparisonMarkdown(compare(planOf([...oneNat, mystery], guideStack)))
    expect(markdown).toStartWith('**$164.41 → $127.91 a month (-$36.50)**')
    expect(markdown).toContain(
      'Not priced, and not in the sum:\n\n- `aws_mystery.a_b`: nothing is known here',
    )
  })

  test('of a plan that changes no line says that', () => {
    expect(comparisonMarkdown(compare(planOf(guideStack, guideStack)))).toContain(
      'No line of the bill changes.',
    )
  })
})
