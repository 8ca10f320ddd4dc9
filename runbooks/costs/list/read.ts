import type { Price } from '../prices.ts'
import type { Question } from './wanted.ts'

/** A product as GetProducts gives it, each as a text of its own. */
interface Product {
  product?: { attributes?: Record<string, string> }
  publicationDate?: string
  terms?: { OnDemand?: Record<string, Term>; Reserved?: Record<string, Term> }
}

interface Term {
  priceDimensions?: Record<string, Dimension>
  termAttributes?: Record<string, string>
}

interface Dimension {
  unit?: string
  beginRange?: string
  endRange?: string
  pricePerUnit?: { USD?: string }
}

/** What the Price List says of one price. */
export interface Listed {
  price: string
  unit: string
  tiers: Price['tiers']
}

/**
 * The prices in an answer. A question's products are many: reserved terms, surcharges for old versions
 * (`EUC1-ExtendedSupportYr1_Yr2-NodeUsage:...`), other usage types; only the exact usage type is meant, on demand
 * and, under its price's name with `.year`, reserved for one year with nothing upfront.
 */
export function readProducts(question: Question, texts: readonly string[]): Listed[] {
  const found = new Map<string, Listed>()
  for (const text of texts) {
    const { product, terms } = JSON.parse(text) as Product
    const usage = withoutRegion(product?.attributes?.usagetype ?? '')
    const wanted = Object.hasOwn(question.prices, usage) ? question.prices[usage] : undefined
    const tiers = wanted && tiersOf(Object.values(terms?.OnDemand ?? {})[0]?.priceDimensions)
    if (!wanted || !tiers || found.has(wanted.price)) continue
    found.set(wanted.price, { ...wanted, tiers })
    const year = yearOf(Object.values(terms?.Reserved ?? {}))
    const price = `${wanted.price}.year`
    if (year !== undefined) found.set(price, { ...wanted, price, tiers: [{ rate: year }] })
  }
  return [...found.values()]
}

/** The hour of a year with nothing upfront. */
function yearOf(terms: readonly Term[]): number | undefined {
  const found = terms.find(
    ({ termAttributes = {} }) =>
      termAttributes.LeaseContractLength === '1yr' &&
      termAttributes.PurchaseOption === 'No Upfront' &&
      termAttributes.OfferingClass === 'standard',
  )
  const hour = Object.values(found?.priceDimensions ?? {}).find(({ unit }) => unit === 'Hrs')
  const rate = Number(hour?.pricePerUnit?.USD ?? Number.NaN)
  return Number.isFinite(rate) && rate > 0 ? rate : undefined
}

/** `USE2-`, `EU-`, `EUC1-`: a region's mark before a usage type; the oldest region has none at times. */
const withoutRegion = (usage: string) => usage.replace(/^[A-Z]{2,4}\d?-(?=[A-Z])/, '')

function tiersOf(dimensions: Record<string, Dimension> | undefined): Price['tiers'] | undefined {
  const tiers = Object.values(dimensions ?? {})
    .map(({ beginRange = '0', endRange = 'Inf', pricePerUnit }) => ({
      from: Number(beginRange),
      upTo: endRange === 'Inf' ? undefined : Number(endRange),
      rate: Number(pricePerUnit?.USD ?? Number.NaN),
    }))
    .sort((a, b) => a.from - b.from)
  if (tiers.length === 0 || tiers.some(({ rate }) => !Number.isFinite(rate))) return undefined
  return tiers.map(({ upTo, rate }) => (upTo === undefined ? { rate } : { upTo, rate }))
}

export interface PriceChange {
  price: string
  before: number | null
  after: number
  /** Rates of the fresh price: one, or one for each tier. */
  tiers: number
}

/** What a fresh list changes: new prices, and those whose rate differs; the first rate stands for a price with tiers. */
export function changesIn(known: ReadonlyMap<string, Price>, listed: readonly Listed[]): PriceChange[] {
  return listed.flatMap(({ price, tiers }) => {
    const before = known.get(price)
    if (before && sameTiers(before.tiers, tiers)) return []
    return [
      { price, before: firstRate(before?.tiers) ?? null, after: firstRate(tiers)!, tiers: tiers.length },
    ]
  })
}

const firstRate = (tiers: Price['tiers'] | undefined) => tiers?.find(({ rate }) => rate > 0)?.rate

/** The free first 100 GB of transfer are the account's, and in no list. */
const sameTiers = (a: Price['tiers'], b: Price['tiers']) => {
  const paid = (tiers: Price['tiers']) => tiers.filter(({ rate }) => rate > 0)
  return (
    paid(a).length === paid(b).length &&
    paid(a).every(({ rate, upTo }, index) => rate === paid(b)[index]!.rate && upTo === paid(b)[index]!.upTo)
  )
}
