import type { Line } from './lines.ts'

/** What AWS gives an account for nothing each month, by price. */
type Allowance = Readonly<Record<string, number>>

/** Every account, for ever. It is the account's, and so is taken as if this environment were all there is in it. */
const always: Allowance = {
  'cloudwatch.alarm': 10,
  'cloudwatch.dashboard': 3,
  'cloudwatch.metric': 10,
  'logs.ingested': 5,
  'logs.stored': 5,
}

/**
 * An account opened before 15 July 2025, in its first twelve months: the guide's « first year ». Of databases AWS's page
 * names gp2 storage and t2, t3 and t4g micro (aws.amazon.com/rds/free), of caches t2 and t3 micro alone
 * (aws.amazon.com/elasticache/pricing): the node that terraform/aws takes costs what it costs.
 */
const firstYear: Allowance = {
  ...always,
  'rds.postgres.db.t4g.micro': 750,
  'rds.storage.gp2': 20,
  'elasticache.redis.cache.t3.micro': 750,
  'elasticache.redis.cache.t2.micro': 750,
  'alb.hour': 750,
  'alb.lcu': 15 * 750,
  'ecr.stored': 0.5,
  'ipv4.hour': 750,
  's3.stored': 5,
}

/** By the kind of account. One opened since gets credit instead of twelve months, and has `always` alone. */
export const freeTiers = { always, 'first-year': firstYear } as const
export type FreeTier = keyof typeof freeTiers

/** Takes what is free off the lines of each price, as lines of their own: those of one price share one allowance. */
export function freeOf(tier: FreeTier): (price: string, lines: readonly Line[]) => Line[] {
  const left = new Map<string, number>(Object.entries(freeTiers[tier]))
  return (price, lines) =>
    lines.flatMap((line) => {
      const rest = left.get(price) ?? 0
      const taken = Math.min(rest, line.quantity)
      if (taken <= 0 || line.monthly === 0) return []
      left.set(price, rest - taken)
      return [
        {
          ...line,
          component: `${line.component}, free tier`,
          quantity: -taken,
          monthly: -(line.monthly * taken) / line.quantity,
        },
      ]
    })
}
