import { hoursPerMonth } from './charge.ts'
import type { Estimate } from './estimate.ts'

/** What AWS billed for a span of time, by service; `tagged` is the part that carries the environment's tag. */
export interface Billed {
  from: string
  to: string
  services: readonly { service: string; usd: number; tagged: number }[]
}

/** Estimate and bill of one service, for the hours of the bill. */
export interface Parting {
  service: string
  estimate: number
  billed: number
  difference: number
}

export interface Actual {
  lastMonth: Billed
  monthToDate: Billed
  /** Whether the bill is this environment's alone; AWS counts by a tag only once that is activated for costs. */
  scope: 'environment' | 'account'
  /** For last month where it was billed, else for this one so far; those that part by more than a tenth and a dollar first. */
  partings: Parting[]
  of: 'last month' | 'this month so far'
}

/** What a price of ours is called on the bill, by how the price's name begins. */
const services: readonly (readonly [prefix: string, service: string])[] = [
  ['fargate.', 'Amazon Elastic Container Service'],
  ['rds.', 'Amazon Relational Database Service'],
  ['elasticache.', 'Amazon ElastiCache'],
  ['alb.', 'Amazon Elastic Load Balancing'],
  ['lb.', 'Amazon Elastic Load Balancing'],
  ['nat.', 'EC2 - Other'],
  ['egress', 'EC2 - Other'],
  ['ipv4.', 'Amazon Virtual Private Cloud'],
  ['endpoint.', 'Amazon Virtual Private Cloud'],
  ['logs.', 'AmazonCloudWatch'],
  ['cloudwatch.', 'AmazonCloudWatch'],
  ['ecr.', 'Amazon EC2 Container Registry (ECR)'],
  ['secret', 'AWS Secrets Manager'],
  ['kms.', 'AWS Key Management Service'],
  ['s3.', 'Amazon Simple Storage Service'],
  ['waf.', 'AWS WAF'],
  ['route53.', 'Amazon Route 53'],
]

const serviceOf = (price: string) => services.find(([prefix]) => price.startsWith(prefix))?.[1]

/** The bill next to the estimate. What the model costs is on no bill of AWS's, and left out. */
export function actualOf(
  estimate: Estimate,
  [lastMonth, monthToDate]: readonly [Billed, Billed],
  now: Date,
): Actual {
  const whole = lastMonth.services.some(({ usd }) => usd >= 0.01)
  const bill = whole ? lastMonth : monthToDate
  const tagged = bill.services.some((each) => each.tagged >= 0.01)
  const end = Math.min(Date.parse(bill.to), now.getTime())
  const share = Math.max(0, end - Date.parse(bill.from)) / 3_600_000 / hoursPerMonth
  const estimated = new Map<string, number>()
  for (const { price, monthly } of estimate.lines) {
    const service = serviceOf(price)
    if (service) estimated.set(service, (estimated.get(service) ?? 0) + monthly * share)
  }
  const billed = new Map(bill.services.map((each) => [each.service, tagged ? each.tagged : each.usd]))
  const partings = [...new Set([...estimated.keys(), ...billed.keys()])].map((service) => {
    const [mine, theirs] = [estimated.get(service) ?? 0, billed.get(service) ?? 0]
    return { service, estimate: mine, billed: theirs, difference: theirs - mine }
  })
  return {
    lastMonth,
    monthToDate,
    scope: tagged ? 'environment' : 'account',
    partings: partings
      .filter((each) => each.estimate >= 0.01 || each.billed >= 0.01)
      .sort((a, b) => Number(parts(b)) - Number(parts(a)) || Math.abs(b.difference) - Math.abs(a.difference)),
    of: whole ? 'last month' : 'this month so far',
  }
}

/** A tenth and a dollar: what is less is rounding, a month's length, or a rate that AWS moves. */
export const parts = ({ estimate, billed, difference }: Parting): boolean =>
  Math.abs(difference) >= 1 && Math.abs(difference) > Math.max(estimate, billed) / 10

export const sumOf = ({ services: all }: Billed, scope: Actual['scope']): number =>
  all.reduce((sum, { usd, tagged }) => sum + (scope === 'environment' ? tagged : usd), 0)
