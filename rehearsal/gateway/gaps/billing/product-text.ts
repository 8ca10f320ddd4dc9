import type { Listed } from './products'

/** One of the terms that a product can be reserved for; AWS lists more of them, for three years and paid upfront. */
function reserved(sku: string, USD: string) {
  const term = `${sku}.4NA7Y494T4`
  const rateCode = `${term}.6YS6EN2CT7`
  const description = `$${Number(USD)} per hour, reserved for a year`
  const dimension = { unit: 'Hrs', beginRange: '0', endRange: 'Inf', description, appliesTo: [], rateCode }
  const termAttributes = {
    LeaseContractLength: '1yr',
    OfferingClass: 'standard',
    PurchaseOption: 'No Upfront',
  }
  return {
    [term]: {
      priceDimensions: { [rateCode]: { ...dimension, pricePerUnit: { USD } } },
      sku,
      effectiveDate: '2026-09-01T00:00:00Z',
      offerTermCode: '4NA7Y494T4',
      termAttributes,
    },
  }
}

/** As GetProducts gives it: a text of its own, with terms reserved and on demand. */
export function productText(each: Listed, index: number, attributes: Record<string, string>): string {
  const sku = `REHEARSAL${String(index).padStart(7, '0')}`
  const term = `${sku}.JRTCKXETXF`
  const dimensions = each.rates.map(([beginRange, endRange, USD], tier) => [
    `${term}.6YS6EN2CT${tier}`,
    {
      unit: each.unit,
      beginRange,
      endRange,
      description: `$${Number(USD)} per ${each.unit}`,
      appliesTo: [],
      rateCode: `${term}.6YS6EN2CT${tier}`,
      pricePerUnit: { USD },
    },
  ])
  return JSON.stringify({
    product: { productFamily: each.family, attributes, sku },
    serviceCode: each.service,
    terms: {
      OnDemand: {
        [term]: {
          priceDimensions: Object.fromEntries(dimensions),
          sku,
          effectiveDate: '2026-09-01T00:00:00Z',
          offerTermCode: 'JRTCKXETXF',
          termAttributes: {},
        },
      },
      ...(each.year && { Reserved: reserved(sku, each.year) }),
    },
    version: '20260911000000',
    publicationDate: '2026-09-11T00:00:00Z',
  })
}
