import { describe, expect, test } from 'bun:test'
import type { Group } from '../../../runbooks/costs/charge.ts'
import { estimate } from '../../../runbooks/costs/index.ts'
import { guideStack, type Planned, planOf } from './plans.ts'

/** What a group of an estimate's lines costs, to the cent. */
function cents(resources: readonly Planned[], group: Group): number {
  const lines = estimate(planOf(resources)).lines.filter((line) => line.group === group)
  return Math.round(lines.reduce((sum, { monthly }) => sum + monthly, 0) * 100) / 100
}

const onArm = guideStack.map(
  ([address, values]): Planned =>
    address === 'aws_ecs_task_definition.app'
      ? [address, { ...values, runtime_platform: [{ cpu_architecture: 'ARM64' }] }]
      : [address, values],
)

describe("estimate of the guide's staging stack, with the small usage profile", () => {
  test.each([
    ['Fargate', 36.04],
    ['RDS', 13.98],
    ['Redis', 11.68],
    ['Load balancer', 24.31],
    ['Logs', 2.65],
    ['Images', 0.1],
    ['NAT', 73.45],
    ['Secrets and keys', 2.2],
    ['Data transfer', 0],
  ] as const)('%s costs %d', (group, monthly) => {
    expect(cents(guideStack, group)).toBe(monthly)
  })

  test('Fargate on ARM costs 28.84, within a cent', () => {
    expect(Math.abs(cents(onArm, 'Fargate') - 28.84)).toBeLessThanOrEqual(0.01)
  })

  test('the sum is 164.41, not the 124 of the guide', () => {
    expect(estimate(planOf(guideStack)).monthly).toBeCloseTo(164.41, 2)
  })

  test('everything in it is priced, and what is assumed is said', () => {
    const { notPriced, usageAssumed } = estimate(planOf(guideStack))
    expect(notPriced).toEqual([])
    expect(usageAssumed.map(({ component }) => component)).toContain('capacity units')
  })
})
