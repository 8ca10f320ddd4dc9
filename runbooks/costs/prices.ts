import apSoutheast1 from './prices/ap-southeast-1.json'
import euCentral1 from './prices/eu-central-1.json'
import euWest1 from './prices/eu-west-1.json'
import everywhere from './prices/everywhere.json'
import usEast1 from './prices/us-east-1.json'
import usEast2 from './prices/us-east-2.json'
import usWest2 from './prices/us-west-2.json'

/** A list price. Tiers, when there are some, are in order; the last has no bound. */
export interface Price {
  unit: string
  tiers: readonly { upTo?: number; rate: number }[]
  /** When the source said so, as YYYY-MM-DD. */
  asOf: string
  source: string
}

export type Prices = ReadonlyMap<string, Price>

/**
 * Sources by name, each with its date, and prices that name theirs. A rate alone has no tiers; a list of pairs is
 * [up to, rate], the last one without bound.
 */
interface PriceFile {
  sources: Record<string, { asOf: string; url: string }>
  prices: Record<string, { unit: string; rate: number | (number | null)[][]; source: string }>
}

const files: readonly (PriceFile & { region: string })[] = [
  usEast1,
  usEast2,
  usWest2,
  euWest1,
  euCentral1,
  apSoutheast1,
]

const byRegion = new Map(
  files.map((file) => [file.region, new Map([...tableOf(everywhere), ...tableOf(file)])]),
)

/** Regions with a price table. In some of them not everything has a price yet: what has none is said to have none. */
export const regions: readonly string[] = files.map((file) => file.region)

/** A region's prices; none at all where nobody has looked them up. */
export function pricesOf(region: string): Prices {
  return byRegion.get(region) ?? new Map()
}

/** The prices that were looked up more than `days` before `today`. */
export function stale(prices: Prices, today: Date, days = 180): { price: string; asOf: string }[] {
  const oldest = new Date(today.getTime() - days * 86_400_000).toISOString().slice(0, 10)
  return [...prices].flatMap(([price, { asOf }]) => (asOf < oldest ? [{ price, asOf }] : []))
}

function tableOf(file: PriceFile): Prices {
  return new Map(
    Object.entries(file.prices).map(([key, { unit, rate, source }]) => {
      const from = file.sources[source]
      if (!from) throw new Error(`Prices: ${key} names a source that is not there: ${source}`)
      return [key, { unit, tiers: tiersOf(rate), asOf: from.asOf, source: from.url }]
    }),
  )
}

function tiersOf(rate: number | (number | null)[][]): Price['tiers'] {
  if (typeof rate === 'number') return [{ rate }]
  return rate.map(([upTo, each]) => (upTo === null ? { rate: each! } : { upTo: upTo!, rate: each! }))
}
