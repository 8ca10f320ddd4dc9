import type { Charge, Group } from './charge.ts'
import type { Price } from './prices.ts'
import type { Usage } from './usage.ts'

/** `quantity` × `rate` = `monthly`, in USD. */
export interface Line {
  resource: string
  group: Group
  component: string
  quantity: number
  unit: string
  rate: number
  monthly: number
  /** Key into the price table. */
  price: string
  assumed?: string
  use?: keyof Usage
}

/** A charge's lines: one, or one for each tier of the price that it reaches. */
export function linesOf(resource: string, charge: Charge, price: Price): Line[] {
  const { group, component, quantity, factor = 1, assumed, use } = charge
  const lines: Line[] = []
  let below = 0
  for (const { upTo = Infinity, rate } of price.tiers) {
    const inTier = Math.min(quantity, upTo) - below
    if (inTier <= 0 && lines.length + quantity > 0) break
    lines.push({
      resource,
      group,
      component: below > 0 ? `${component}, above ${below}` : component,
      quantity: inTier,
      unit: price.unit,
      rate: rate * factor,
      monthly: inTier * rate * factor,
      price: charge.price,
      ...(assumed && { assumed }),
      ...(use && { use }),
    })
    if (quantity <= upTo) break
    below = upTo
  }
  return lines
}
