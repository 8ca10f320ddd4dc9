import type { Listed } from './read.ts'

/** A region's file of prices, as it lies in the repository. */
export interface RegionFile {
  region: string
  sources: Record<string, { asOf: string; url: string; about: string }>
  prices: Record<string, { unit: string; rate: number | (number | null)[][]; source: string }>
}

const source = 'price-list-api'

/** The file with what was listed on a day; a source that nothing names any more goes. */
export function withListed(file: RegionFile, listed: readonly Listed[], day: string): RegionFile {
  const prices = { ...file.prices }
  for (const { price, unit, tiers } of listed) {
    prices[price] = { unit, rate: rateOf(price, tiers, file.prices[price]?.rate), source }
  }
  const used = new Set(Object.values(prices).map((each) => each.source))
  const sources = {
    ...file.sources,
    [source]: {
      asOf: day,
      url: 'https://aws.amazon.com/aws-cost-management/aws-price-list-api/',
      about: `AWS Price List API, GetProducts with regionCode = ${file.region}, read by bun runbooks/optimize.ts --refresh-prices.`,
    },
  }
  return {
    region: file.region,
    sources: Object.fromEntries(Object.entries(sources).filter(([name]) => used.has(name))),
    prices,
  }
}

function rateOf(
  price: string,
  tiers: Listed['tiers'],
  before: RegionFile['prices'][string]['rate'] | undefined,
) {
  const paid = tiers.filter(({ rate }) => rate > 0)
  if (paid.length === 1 && price !== 'egress') return paid[0]!.rate
  const list = paid.map(({ upTo = null, rate }) => [upTo, rate])
  // The list has no free transfer: it is the account's, whatever the region.
  return price === 'egress' && Array.isArray(before) ? [[100, 0], ...list] : list
}

/** As the files are written: a source or a price in a block or a line of its own. */
export function spelled({ region, sources, prices }: RegionFile): string {
  const lines = (entries: [string, unknown][], show: (value: unknown) => string) =>
    entries.map(([name, value]) => `    ${JSON.stringify(name)}: ${show(value)}`).join(',\n')
  const flat = (value: unknown): string =>
    Array.isArray(value)
      ? `[${value.map(flat).join(', ')}]`
      : typeof value === 'object' && value !== null
        ? `{ ${Object.entries(value)
            .map(([key, each]) => `${JSON.stringify(key)}: ${flat(each)}`)
            .join(', ')} }`
        : JSON.stringify(value)
  const block = (value: unknown) =>
    `{\n${Object.entries(value as object)
      .map(([key, each]) => `      ${JSON.stringify(key)}: ${JSON.stringify(each)}`)
      .join(',\n')}\n    }`
  return `{
  "region": ${JSON.stringify(region)},
  "sources": {
${lines(Object.entries(sources), block)}
  },
  "prices": {
${lines(Object.entries(prices), flat)}
  }
}
`
}
