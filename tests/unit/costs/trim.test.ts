import { describe, expect, test } from 'bun:test'
import { compare } from '../../../runbooks/costs/index.ts'
import type { TerraformPlanJson } from '../../../runbooks/costs/plan.ts'
import { benchmark, bounds } from '../../bench/costs.ts'
import { guideStack, type Planned, planOf } from './plans.ts'
import { print, trim } from './trim.ts'

const secretive = guideStack.map(
  ([address, values]): Planned => [
    address,
    { ...values, tags: { a: 'b' }, password_wo: 'hunter2', policy: '{}' },
  ],
)

describe('trim', () => {
  const trimmed = JSON.parse(print(trim(planOf(secretive, secretive)))) as TerraformPlanJson

  test('changes nothing of what a plan costs', () => {
    expect(compare(trimmed)).toEqual(compare(planOf(secretive, secretive)))
  })

  test('leaves out what nobody should read', () => {
    expect(JSON.stringify(trimmed)).not.toMatch(/hunter2|policy|tags/)
  })
})

test('compare of a plan with 5,000 resources, parsed from its JSON, takes under a second', () => {
  expect(benchmark(3).ms).toBeLessThan(bounds.ms)
})
