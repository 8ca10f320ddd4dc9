import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pricesOf, regions } from '../../../runbooks/costs/index.ts'
import { type RegionFile, spelled, withListed } from '../../../runbooks/costs/list/file.ts'
import { changesIn, readProducts } from '../../../runbooks/costs/list/read.ts'
import { questions } from '../../../runbooks/costs/list/wanted.ts'

/** A product in the Price List's shape. */
const product = (usagetype: string, rates: [string, string, string][]) =>
  JSON.stringify({
    product: { attributes: { usagetype } },
    terms: {
      OnDemand: {
        T: {
          priceDimensions: Object.fromEntries(
            rates.map(([beginRange, endRange, USD], index) => [
              `T.${index}`,
              { beginRange, endRange, pricePerUnit: { USD } },
            ]),
          ),
        },
      },
      Reserved: { R: { priceDimensions: { 'R.1': { pricePerUnit: { USD: '0.001' } } } } },
    },
  })

const nat = questions.find(({ where }) => where.productFamily === 'NAT Gateway')!
const node = questions.find(
  ({ where }) => where.instanceType === 'cache.t4g.micro' && where.cacheEngine === 'Redis',
)!

describe('readProducts', () => {
  test.each(['NatGateway-Hours', 'EU-NatGateway-Hours', 'EUC1-NatGateway-Hours', 'USE2-NatGateway-Hours'])(
    '%s is the hour of a gateway, whatever the region is called',
    (usage) => {
      expect(readProducts(nat, [product(usage, [['0', 'Inf', '0.0480000000']])])).toEqual([
        { price: 'nat.hour', unit: 'hour', tiers: [{ rate: 0.048 }] },
      ])
    },
  )

  test('a surcharge for old versions of the same node is not its price', () => {
    const texts = [
      product('EUC1-ExtendedSupportYr1_Yr2-NodeUsage:cache.t4g.micro', [['0', 'Inf', '0.015']]),
      product('EUC1-NodeUsage:cache.t4g.micro', [['0', 'Inf', '0.019']]),
    ]
    expect(readProducts(node, texts)).toEqual([
      { price: 'elasticache.redis.cache.t4g.micro', unit: 'node-hour', tiers: [{ rate: 0.019 }] },
    ])
  })

  test('tiers in order, however they come', () => {
    const texts = [
      product('NatGateway-Bytes', [
        ['100', 'Inf', '0.03'],
        ['0', '100', '0.045'],
      ]),
    ]
    expect(readProducts(nat, texts)[0]?.tiers).toEqual([{ upTo: 100, rate: 0.045 }, { rate: 0.03 }])
  })

  test('beside the hour on demand, the hour of a year with nothing upfront; no other terms', () => {
    const term = (LeaseContractLength: string, PurchaseOption: string, unit: string, USD: string) => ({
      termAttributes: { LeaseContractLength, OfferingClass: 'standard', PurchaseOption },
      priceDimensions: { D: { unit, pricePerUnit: { USD } } },
    })
    const text = product('EUC1-NodeUsage:cache.t4g.micro', [['0', 'Inf', '0.019']])
    const { product: same, terms } = JSON.parse(text)
    const Reserved = {
      A: term('3yr', 'No Upfront', 'Hrs', '0.009'),
      B: term('1yr', 'All Upfront', 'Quantity', '105'),
      C: term('1yr', 'Partial Upfront', 'Hrs', '0.006'),
      D: term('1yr', 'No Upfront', 'Hrs', '0.013'),
    }
    expect(readProducts(node, [JSON.stringify({ product: same, terms: { ...terms, Reserved } })])).toEqual([
      { price: 'elasticache.redis.cache.t4g.micro', unit: 'node-hour', tiers: [{ rate: 0.019 }] },
      { price: 'elasticache.redis.cache.t4g.micro.year', unit: 'node-hour', tiers: [{ rate: 0.013 }] },
    ])
  })

  test('a product without a price on demand is none, and no 0', () => {
    const reserved = JSON.stringify({ product: { attributes: { usagetype: 'NatGateway-Hours' } }, terms: {} })
    expect(readProducts(nat, [reserved])).toEqual([])
  })
})

describe('questions', () => {
  test('every price of us-east-1 that is of the region is asked for', () => {
    const asked = questions.flatMap(({ prices }) => Object.values(prices).map(({ price }) => price))
    const file = JSON.parse(
      readFileSync(join(import.meta.dir, '../../../runbooks/costs/prices/us-east-1.json'), 'utf8'),
    ) as RegionFile
    // A year's price comes in the same product as the hour's; savings plans are in no answer of GetProducts.
    const hourly = Object.keys(file.prices).map((price) => price.replace(/\.year$/, ''))
    expect(hourly.filter((price) => !asked.includes(price))).toEqual([])
    expect(new Set(asked).size).toBe(asked.length)
  })
})

describe('changesIn', () => {
  test('what is new, what is other, and nothing else; the free first tier of transfer is in no list', () => {
    const egress = { price: 'egress', unit: 'GB', tiers: [{ rate: 0.09 }] }
    const known = pricesOf('us-east-1')
    expect(
      changesIn(known, [
        egress,
        { price: 'nat.hour', unit: 'hour', tiers: [{ rate: 0.045 }] },
        { price: 'nat.data', unit: 'GB', tiers: [{ rate: 0.05 }] },
        { price: 'brand.new', unit: 'hour', tiers: [{ rate: 1 }] },
      ]),
    ).toEqual([
      { price: 'nat.data', before: 0.045, after: 0.05, tiers: 1 },
      { price: 'brand.new', before: null, after: 1, tiers: 1 },
    ])
  })
})

describe('withListed', () => {
  const read = (region: string) =>
    readFileSync(join(import.meta.dir, `../../../runbooks/costs/prices/${region}.json`), 'utf8')

  test.each([...regions])('%s: nothing listed, nothing lost', (region) => {
    const file = JSON.parse(read(region)) as RegionFile
    expect(JSON.parse(spelled(withListed(file, [], '2026-11-23')))).toEqual(file)
  })

  test('what was listed has the day, the others keep their source; transfer keeps its free tier', () => {
    const file = JSON.parse(read('us-east-1')) as RegionFile
    const fresh = withListed(
      file,
      [
        { price: 'nat.hour', unit: 'hour', tiers: [{ rate: 0.05 }] },
        { price: 'egress', unit: 'GB', tiers: [{ upTo: 10_240, rate: 0.09 }, { rate: 0.085 }] },
      ],
      '2026-11-23',
    )
    expect(fresh.prices['nat.hour']).toEqual({ unit: 'hour', rate: 0.05, source: 'price-list-api' })
    expect(fresh.prices.egress?.rate).toEqual([
      [100, 0],
      [10_240, 0.09],
      [null, 0.085],
    ])
    expect(fresh.sources['price-list-api']?.asOf).toBe('2026-11-23')
    expect(fresh.prices['alb.hour']).toEqual(file.prices['alb.hour']!)
    for (const { source } of Object.values(fresh.prices)) expect(fresh.sources).toHaveProperty(source)
  })
})
