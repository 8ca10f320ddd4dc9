const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const short = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

/** `$1,234.50` */
export function dollars(usd: number): string {
  const rounded = cents.format(Math.abs(usd))
  return usd < 0 && rounded !== '0.00' ? `-$${rounded}` : `$${rounded}`
}

/** `+$3.00`, `-$36.50`, `$0.00` */
export function signed(usd: number): string {
  const spelled = dollars(usd)
  return usd > 0 && spelled !== '$0.00' ? `+${spelled}` : spelled
}

/** `1,460 GB-hours`, `1 secret` */
export function amount(quantity: number, unit: string): string {
  const plural = quantity === 1 || /(GB|requests|tokens)$/.test(unit) ? unit : `${unit}s`
  return `${short.format(quantity)} ${plural}`
}
