import { describe, expect, test } from 'bun:test'
import { actualOf, type Billed, parts, sumOf } from '../../../runbooks/costs/actual.ts'
import { freeTiers } from '../../../runbooks/costs/allowance.ts'
import { estimateOf } from '../../../runbooks/costs/estimate.ts'
import { estimate } from '../../../runbooks/costs/index.ts'
import { fixtures } from './fixture.ts'
import { guideStack, planOf } from './plans.ts'
import { told } from './world.ts'

const stack = estimate(planOf(guideStack))
const now = new Date('2026-11-23T12:00:00Z')
const bill = (from: string, to: string, services: [string, number, number][]): Billed => ({
  from,
  to,
  services: services.map(([service, usd, tagged]) => ({ service, usd, tagged })),
})
const empty = bill('2026-10-01', '2026-11-01', [])

describe('actualOf', () => {
  test('a month of the guide agrees with its estimate to the day, and the gateway nobody planned parts', () => {
    // October has 744 hours of a month's 730.
    const october = bill('2026-10-01', '2026-11-01', [
      ['Amazon Elastic Container Service', 36.04 * (744 / 730), 0],
      ['EC2 - Other', 2 * 66.15 * (744 / 730), 0],
    ])
    const { partings, of, scope } = actualOf(stack, [october, bill('2026-11-01', '2026-11-24', [])], now)
    const fargate = partings.find(({ service }) => service === 'Amazon Elastic Container Service')!
    expect(Math.abs(fargate.difference)).toBeLessThan(0.01)
    expect(parts(fargate)).toBe(false)
    expect(partings[0]?.service).toBe('EC2 - Other')
    expect(parts(partings[0]!)).toBe(true)
    expect([of, scope]).toEqual(['last month', 'account'])
  })

  test('with nothing billed last month, this one so far is held against as many hours of the estimate', () => {
    const november = bill('2026-11-01', '2026-11-24', [['Amazon ElastiCache', 8.64, 8.64]])
    const { partings, of, scope } = actualOf(stack, [empty, november], now)
    const redis = partings.find(({ service }) => service === 'Amazon ElastiCache')!
    expect(of).toBe('this month so far')
    expect(scope).toBe('environment')
    expect(redis.estimate).toBeCloseTo((11.68 * 22.5 * 24) / 730, 6)
    expect(parts(redis)).toBe(false)
  })

  test('where the tag is counted, another environment of the account is not', () => {
    const november = bill('2026-11-01', '2026-11-24', [['Amazon ElastiCache', 500, 9]])
    const actual = actualOf(stack, [empty, november], now)
    expect(actual.partings.find(({ service }) => service === 'Amazon ElastiCache')?.billed).toBe(9)
    expect(sumOf(november, actual.scope)).toBe(9)
  })

  test('the model is on no bill of AWS', () => {
    const { partings } = actualOf(estimateOf(told('staging')), [empty, empty], now)
    expect(partings.map(({ service }) => service).join()).not.toContain('odel')
  })
})

describe('the free tier', () => {
  test.each(fixtures)('%s: takes off what it says and no more, line by line', (name) => {
    for (const tier of Object.keys(freeTiers) as (keyof typeof freeTiers)[]) {
      const list = estimateOf(told(name))
      const free = estimateOf({ ...told(name), freeTier: tier })
      expect(free.lines.filter(({ component }) => !component.endsWith('free tier'))).toEqual(list.lines)
      expect(free.monthly).toBeLessThan(list.monthly)
      expect(free.monthly).toBeCloseTo(
        free.lines.reduce((sum, { monthly }) => sum + monthly, 0),
        9,
      )
      for (const price of new Set(free.lines.map((line) => line.price))) {
        const all = free.lines.filter((line) => line.price === price)
        expect(
          all.reduce((sum, { monthly }) => sum + monthly, 0),
          price,
        ).toBeGreaterThanOrEqual(-1e-9)
      }
    }
  })

  test("the first year: hours of database and load balancer cost nothing; the cache's node and two gateways do", () => {
    const groups = (group: string) =>
      estimate(planOf(guideStack), { freeTier: 'first-year' })
        .lines.filter((line) => line.group === group)
        .reduce((sum, { monthly }) => sum + monthly, 0)
    // AWS names gp2 storage and cache.t2.micro or t3.micro, whatever the original guide says.
    expect(groups('RDS')).toBeCloseTo(20 * 0.115, 9)
    expect(groups('Redis')).toBeCloseTo(730 * 0.016, 9)
    // Its two addresses; what comes to it is within the units that are free.
    expect(groups('Load balancer')).toBeLessThanOrEqual(2 * 730 * 0.005 + 1e-9)
    expect(groups('NAT')).toBeGreaterThan(60)
  })
})
