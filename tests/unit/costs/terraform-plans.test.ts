import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pricers } from '../../../runbooks/costs/catalog.ts'
import { estimateOf } from '../../../runbooks/costs/estimate.ts'
import { freeTypes } from '../../../runbooks/costs/free.ts'
import { estimate } from '../../../runbooks/costs/index.ts'
import type { TerraformPlanJson } from '../../../runbooks/costs/plan.ts'
import { fixture, fixtures } from './fixture.ts'
import { altered, told } from './world.ts'

/** Costs by group, to the cent, and the sum under `total`. */
function costs(name: string): Record<string, number> {
  const { lines, monthly } = estimate(fixture(name))
  const sums: Record<string, number> = { total: monthly }
  for (const line of lines) sums[line.group] = (sums[line.group] ?? 0) + line.monthly
  return Object.fromEntries(Object.entries(sums).map(([group, sum]) => [group, Math.round(sum * 100) / 100]))
}

describe('estimate of real plans of terraform/aws', () => {
  test("staging costs what the facts say, line by line, with this Terraform's own secrets and alarms", () => {
    expect(costs('staging')).toEqual({
      Fargate: 36.04,
      RDS: 13.98,
      Redis: 11.68,
      'Load balancer': 24.31,
      NAT: 73.45,
      Logs: 2.65,
      Images: 0.1,
      // Two secrets under AWS's own key.
      'Secrets and keys': 0.8,
      // Eight alarms on a metric, one on three, two alarms for each of two scaling policies, and the dashboard.
      Monitoring: 4.5,
      'Data transfer': 0,
      total: 167.51,
    })
  })

  test.each([
    ['arm', 'Fargate', 28.84],
    // One task on demand, one on Spot at half price.
    ['spot', 'Fargate', 27.03],
    ['small-tasks', 'Fargate', 9.01],
    // Two tasks by day, one for nine hours of each night: 1.625 on average.
    ['schedule', 'Fargate', 29.28],
    ['nat-single', 'NAT', 36.95],
    // Five endpoints in two zones, and 5 GB through them.
    ['endpoints', 'Endpoints', 73.05],
    // Tasks without NAT have an address each.
    ['nat-none', 'Addresses', 7.3],
    ['waf', 'WAF', 9.06],
    ['valkey', 'Redis', 9.34],
    ['production', 'RDS', 27.96],
    ['production', 'Redis', 23.36],
  ])('%s: %s costs %d', (name, group, monthly) => {
    expect(Math.abs(costs(name)[group]! - monthly)).toBeLessThanOrEqual(0.0101)
  })

  test.each(['nat-none', 'endpoints'])('%s has no NAT line', (name) => {
    expect(costs(name)).not.toHaveProperty('NAT')
  })

  test.each(fixtures)('%s: nothing is left unpriced', (name) => {
    expect(estimate(fixture(name)).notPriced).toEqual([])
  })

  test('eu-central-1: what has no price there is not priced, and not 0', () => {
    const large = { ephemeral_storage: [{ size_in_gib: 40 }] }
    const frankfurt = altered(told('frankfurt'), 'aws_ecs_task_definition', large)
    const { lines, notPriced, region } = estimateOf(frankfurt)
    expect(region).toBe('eu-central-1')
    expect(notPriced).toEqual([
      {
        resource: 'aws_ecs_service.app',
        component: 'storage above 20 GB',
        because: 'there is no price for fargate.storage in eu-central-1',
      },
    ])
    expect(lines.filter(({ price }) => price === 'fargate.storage')).toEqual([])
    expect(lines.some(({ group }) => group === 'Redis')).toBeTrue()
  })

  test.each(fixtures)('%s: every resource has a line, or is free, or is said to have no price', (name) => {
    const plan = fixture(name) as TerraformPlanJson
    const { lines, free, notPriced } = estimate(plan)
    const said = new Set([
      ...lines.map(({ resource }) => resource),
      ...free,
      ...notPriced.map(({ resource }) => resource),
    ])
    const planned = plan.planned_values?.root_module?.resources ?? []
    expect(planned.length).toBeGreaterThan(50)
    expect(planned.filter(({ address }) => !said.has(address))).toEqual([])
  })

  test('every resource type in terraform/aws is known, as priced or as free', () => {
    const folder = join(import.meta.dir, '../../../terraform/aws')
    const types = readdirSync(folder)
      .filter((name) => name.endsWith('.tf'))
      .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/^resource "(\w+)"/gm)])
      .map(([, type]) => type!)
    expect(types.length).toBeGreaterThan(0)
    expect([...new Set(types)].filter((type) => !(type in pricers) && !freeTypes.has(type))).toEqual([])
  })

  test('no fixture holds a secret, a policy or a container definition', () => {
    for (const name of fixtures) {
      expect(JSON.stringify(fixture(name))).not.toMatch(/password|policy":"|container_definitions|sensitive/)
    }
  })
})
