import type { Group } from '../charge.ts'
import { estimateOf } from '../estimate.ts'
import type { Line } from '../lines.ts'
import type { Price } from '../prices.ts'
import { type Advice, type Look, type Rule, round } from './rule.ts'

/** What is cheaper when promised for a year: to know, and never applied here. */
export const commitment: Rule = (look) => [
  ...promised(look, {
    id: 'savings-plan',
    group: 'Fargate',
    title: 'A Compute Savings Plan for Fargate',
    advice:
      'A promise of so much an hour for one or three years makes Fargate cheaper; make it last, for what is left after the levers above, as it is paid whether used or not',
    command:
      'aws ce get-savings-plans-purchase-recommendation --savings-plans-type COMPUTE_SP --term-in-years ONE_YEAR --payment-option NO_UPFRONT --lookback-period-in-days THIRTY_DAYS',
    elsewhere: 'https://aws.amazon.com/savingsplans/compute-pricing/ has it',
  }),
  ...promised(look, {
    id: 'reserved-database',
    group: 'RDS',
    title: 'A reserved instance for the database',
    advice: 'Reserved for one or three years an instance is cheaper; storage is not, and the class is fixed',
    command:
      'aws ce get-reservation-purchase-recommendation --service "Amazon Relational Database Service" --lookback-period-in-days THIRTY_DAYS',
    elsewhere: '--refresh-prices reads it',
  }),
  ...promised(look, {
    id: 'reserved-cache',
    group: 'Redis',
    title: 'A reserved node for the cache',
    advice: 'Reserved for one or three years a node is cheaper; its size may change within the family',
    command:
      'aws ce get-reservation-purchase-recommendation --service "Amazon ElastiCache" --lookback-period-in-days THIRTY_DAYS',
    elsewhere: '--refresh-prices reads it',
  }),
]

interface Offer {
  id: string
  group: Group
  title: string
  advice: string
  command: string
  /** Where its price is to be had when the table has none. */
  elsewhere: string
}

function promised(look: Look, { group, elsewhere, ...rest }: Offer): Advice[] {
  const { situation, production, settings } = look
  const steady = settings.schedule ? Math.min(settings.min, settings.schedule.nightMin) : settings.min
  const hourly = linesOfSteady(look, steady).filter(
    (line) => line.group === group && line.quantity > 0 && /^(vCPU|GB|instance|node)-hour$/.test(line.unit),
  )
  if (hourly.length === 0) return []
  const seen =
    group === 'Fargate'
      ? `${round(steady)} tasks run at all hours`
      : `it runs at all hours${production ? '' : ', as long as this environment is kept'}`
  const offers = hourly.flatMap((line) => {
    const year = situation.prices.get(`${line.price}.year`)
    return year ? [{ line, year, rate: year.tiers[0]!.rate }] : []
  })
  if (offers.length < hourly.length) {
    const none = `what a year of it costs in ${situation.region} is not in the table of prices: ${elsewhere}`
    return [{ ...rest, evidence: [seen, none] }]
  }
  const saves = offers.reduce((sum, { line, rate }) => sum + line.quantity * (line.rate - rate), 0)
  const rates = [...new Set(offers.map(({ line, year, rate }) => inPlace(line, year, rate)))].join(', ')
  const oldest = offers.map(({ year }) => year.asOf).sort()[0]
  return [{ ...rest, saves, evidence: [seen, `for one year, nothing upfront: ${rates} (${oldest})`] }]
}

const inPlace = (line: Line, { unit }: Price, rate: number) =>
  `$${rate} ${unit.startsWith('instance') ? 'an' : 'a'} ${unit} in place of $${line.rate}`

/** What is there at all hours, at list prices and without Spot and storage, which no promise makes cheaper. */
function linesOfSteady({ situation }: Look, runningTasks: number): Line[] {
  const { freeTier: _, ...listed } = situation
  const { lines } = estimateOf({ ...listed, usage: { ...listed.usage, runningTasks } })
  return lines.filter(({ component, price }) => !component.endsWith('on Spot') && price !== 'fargate.storage')
}
