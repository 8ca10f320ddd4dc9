import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { estimateOf } from '../../../runbooks/costs/estimate.ts'
import {
  CostError,
  checkUsage,
  estimate,
  pricesOf,
  profiles,
  regions,
  stale,
} from '../../../runbooks/costs/index.ts'
import { linesOf } from '../../../runbooks/costs/lines.ts'
import type { Price } from '../../../runbooks/costs/prices.ts'
import { planned } from '../../../runbooks/costs/situation.ts'
import { priceOf } from '../../../server/model/prices.ts'
import { fixture } from './fixture.ts'
import { guideStack, planOf } from './plans.ts'

describe('prices', () => {
  test('there is a table for the regions people use', () => {
    expect([...regions].sort()).toEqual([
      'ap-southeast-1',
      'eu-central-1',
      'eu-west-1',
      'us-east-1',
      'us-east-2',
      'us-west-2',
    ])
  })

  test.each([...regions])('%s: every price has a date, a source, and tiers in order', (region) => {
    const prices = pricesOf(region)
    expect(prices.size).toBeGreaterThan(5)
    for (const [key, { asOf, source, tiers, unit }] of prices) {
      expect(asOf, key).toMatch(/^20\d\d-\d\d-\d\d$/)
      expect(source, key).toStartWith('https://')
      expect(unit, key).not.toBe('')
      const bounds = tiers.map(({ upTo = Number.POSITIVE_INFINITY }) => upTo)
      expect(bounds, key).toEqual(bounds.toSorted((a, b) => a - b))
      expect(bounds.at(-1), key).toBe(Number.POSITIVE_INFINITY)
      expect(
        tiers.some(({ rate }) => rate > 0),
        key,
      ).toBe(true)
    }
  })

  test.each([...regions])('%s: Valkey costs four fifths of Redis OSS, as AWS says', (region) => {
    const rate = (key: string) => pricesOf(region).get(key)?.tiers[0]?.rate
    const kinds = ['micro', 'small'].map((size) => `cache.t4g.${size}`)
    for (const kind of kinds) {
      const [redis, valkey] = [rate(`elasticache.redis.${kind}`), rate(`elasticache.valkey.${kind}`)]
      if (redis && valkey) expect(valkey, kind).toBeCloseTo(0.8 * redis, 5)
    }
    expect(rate('elasticache.redis.cache.t4g.micro')).toBeGreaterThan(0)
    expect(rate('rds.postgres.db.t4g.micro')).toBeGreaterThan(0)
  })

  test.each([...regions])('%s: all that staging comes with has a price', (region) => {
    const staging = planned(fixture('staging'), { region, prices: pricesOf(region) })
    expect(estimateOf(staging).notPriced).toEqual([])
  })

  test('the guide names what each region lacks of what us-east-1 has, and nothing else', () => {
    const guide = readFileSync(join(import.meta.dir, '../../../docs/deployment-guide.md'), 'utf8')
    const [, table = ''] = /\| Not in the table \|\n\| --- \| --- \|\n((?:\|.*\n)+)/.exec(guide) ?? []
    const named = new Map([
      ['rds.postgres.db.t4g.small.multi-az', 'small database Multi-AZ'],
      ['endpoint.hour', 'hours of endpoints'],
      ['fargate.storage', 'task storage beyond 20 GB'],
    ])
    const all = [...pricesOf('us-east-1').keys()].filter((key) => !key.endsWith('.year'))
    const rows = regions.flatMap((region) => {
      const lacks = all.filter((key) => !pricesOf(region).has(key)).map((key) => named.get(key) ?? key)
      return lacks.length > 0 ? [`| ${region} | ${lacks.join(', ')} |\n`] : []
    })
    expect(rows.join('')).toBe(table)
  })

  test.each([...regions])('%s: a year costs less than its hours, and not half of them', (region) => {
    const prices = pricesOf(region)
    const years = [...prices].filter(([key]) => key.endsWith('.year'))
    expect(years.length).toBeGreaterThan(0)
    for (const [key, { tiers, unit }] of years) {
      const hour = prices.get(key.replace(/\.year$/, ''))
      expect(hour?.unit, key).toBe(unit)
      const left = tiers[0]!.rate / (hour?.tiers[0]?.rate ?? 0)
      expect(left, key).toBeWithin(0.6, 0.9)
    }
  })

  test('a token costs the same in the estimate and in the server’s own metrics', () => {
    const million = 1_000_000
    for (const [key, { tiers }] of pricesOf('us-east-1')) {
      const [, model, way] = /^model\.(.+)\.(input|output)$/.exec(key) ?? []
      if (!model) continue
      const usage = { input: way === 'input' ? million : 0, output: way === 'output' ? million : 0 }
      expect(priceOf(model, usage), key).toBeCloseTo(tiers[0]!.rate, 9)
    }
  })

  test('us-east-1 has the rates of the facts', () => {
    const rate = (key: string) => pricesOf('us-east-1').get(key)?.tiers.at(-1)?.rate
    expect({
      x86: [rate('fargate.x86.vcpu'), rate('fargate.x86.memory')],
      arm: [rate('fargate.arm.vcpu'), rate('fargate.arm.memory')],
      rds: [rate('rds.postgres.db.t4g.micro'), rate('rds.postgres.db.t4g.small'), rate('rds.storage.gp3')],
      cache: [rate('elasticache.redis.cache.t4g.micro'), rate('elasticache.valkey.cache.t4g.micro')],
      alb: [rate('alb.hour'), rate('alb.lcu')],
      nat: [rate('nat.hour'), rate('nat.data')],
      ipv4: rate('ipv4.hour'),
      logs: [rate('logs.ingested'), rate('logs.stored')],
      ecr: rate('ecr.stored'),
      cloudwatch: [rate('cloudwatch.alarm'), rate('cloudwatch.dashboard')],
      secrets: [rate('secret'), rate('kms.key')],
      endpoints: [rate('endpoint.hour'), rate('endpoint.data')],
      waf: [rate('waf.acl'), rate('waf.rule'), rate('waf.requests')],
      zone: rate('route53.zone'),
      egress: rate('egress'),
    }).toEqual({
      x86: [0.04048, 0.004445],
      arm: [0.03238, 0.00356],
      rds: [0.016, 0.032, 0.115],
      cache: [0.016, 0.0128],
      alb: [0.0225, 0.008],
      nat: [0.045, 0.045],
      ipv4: 0.005,
      logs: [0.5, 0.03],
      ecr: 0.1,
      cloudwatch: [0.1, 3],
      secrets: [0.4, 1],
      endpoints: [0.01, 0.01],
      waf: [5, 1, 0.6],
      zone: 0.5,
      egress: 0.09,
    })
  })

  test('a price is stale 181 days after its date, and not after 180', () => {
    const price: Price = {
      unit: 'hour',
      tiers: [{ rate: 1 }],
      asOf: '2026-01-01',
      source: 'https://example.com',
    }
    const prices = new Map([['nat.hour', price]])
    expect(stale(prices, new Date('2026-06-30T12:00:00Z'))).toEqual([])
    expect(stale(prices, new Date('2026-07-01T12:00:00Z'))).toEqual([
      { price: 'nat.hour', asOf: '2026-01-01' },
    ])
  })
})

describe('linesOf a price with tiers', () => {
  const egress = pricesOf('ap-southeast-1').get('egress')!
  const price = (quantity: number) =>
    linesOf('aws_lb.main', { group: 'Data transfer', component: 'egress', quantity, price: 'egress' }, egress)
  test.each([
    [0, [[0, 0]]],
    [50, [[50, 0]]],
    [100, [[100, 0]]],
    [
      150,
      [
        [100, 0],
        [50, 0.12],
      ],
    ],
    [
      20_240,
      [
        [100, 0],
        [10_140, 0.12],
        [10_000, 0.085],
      ],
    ],
  ])('%d GB', (quantity, expected) => {
    expect(price(quantity).map((line) => [line.quantity, line.rate])).toEqual(expected)
  })
})

describe('usage', () => {
  test('larger profiles cost more', () => {
    const monthly = (['small', 'medium', 'large'] as const).map(
      (profile) => estimate(planOf(guideStack), { profile }).monthly,
    )
    expect(monthly).toEqual(monthly.toSorted((a, b) => a - b))
  })

  test('what is measured is not called assumed', () => {
    const assumed = (measured: object) =>
      estimate(planOf(guideStack), { measured }).usageAssumed.map(({ component }) => component)
    expect(assumed({})).toContain('ingested')
    expect(assumed({ logsIngestedGb: 7 })).not.toContain('ingested')
  })

  test.each([
    [{ natGB: 1 }, /^Usage: natGB is none of loadBalancerUnits, natGb/],
    [{ natGb: '10' }, /^Usage: natGb is not a number of at least 0$/],
    [{ natGb: -1 }, /^Usage: natGb is not a number/],
    [{ spotDiscount: 70 }, /^Usage: spotDiscount is not between 0 and 1$/],
  ])('%p is refused', (quantities, message) => {
    expect(() => checkUsage(quantities)).toThrow(CostError)
    expect(() => checkUsage(quantities)).toThrow(message)
  })

  test('a profile is itself a valid usage', () => {
    expect(checkUsage({ ...profiles.large, runningTasks: 3 })).toMatchObject({ runningTasks: 3, natGb: 1000 })
  })
})
