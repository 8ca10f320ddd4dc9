import { AwsError, type Handlers, type Members } from '../call'

/** What a month of the guide's staging was billed at, by AWS's names of services: a rehearsal itself costs nothing. */
const monthly: Readonly<Record<string, number>> = {
  'Amazon Elastic Container Service': 35.55,
  'Amazon Relational Database Service': 13.81,
  'Amazon ElastiCache': 11.52,
  'Amazon Elastic Load Balancing': 16.79,
  'EC2 - Other': 66.31,
  'Amazon Virtual Private Cloud': 14.4,
  AmazonCloudWatch: 9.87,
  'AWS Secrets Manager': 0.8,
  'Amazon EC2 Container Registry (ECR)': 0.14,
  Tax: 0,
}

const day = 86_400_000

/** By tag, it is the bill of one environment, as if its tag was activated long ago. */
const billed = 'staging'

/** Cost Explorer's answer by month or day, grouped by service and by a tag: a month that is not over has had its days. */
export function costExplorer(now: () => Date = () => new Date()): Handlers {
  return {
    ce: {
      GetCostAndUsage(call) {
        const { TimePeriod, Granularity, Filter, GroupBy = [] } = call.input
        const pieces = Granularity === 'MONTHLY' ? months : Granularity === 'DAILY' ? days : undefined
        if (!pieces)
          throw new AwsError('ValidationException', 'The rehearsal knows a bill by months and by days alone')
        const { Start, End } = TimePeriod ?? {}
        if (!(Start < End))
          throw new AwsError(
            'ValidationException',
            'Start date (and hour) should be before end date (and hour)',
          )
        return {
          GroupDefinitions: GroupBy,
          ResultsByTime: pieces(Date.parse(Start), Date.parse(End)).map(([from, to]) => ({
            TimePeriod: { Start: date(from), End: date(to) },
            Total: {},
            Groups: isOfBilled(Filter) ? groups(shareOf(from, to, now()), GroupBy) : [],
            Estimated: to > now().getTime(),
          })),
          DimensionValueAttributes: [],
        }
      },
    },
  }
}

const isOfBilled = (filter: Members | undefined): boolean =>
  filter?.Tags?.Key !== 'Environment' || filter.Tags.Values.includes(billed)

function groups(share: number, groupBy: Members[]): Members[] {
  return Object.entries(monthly).flatMap(([service, usd]) => {
    const keys = groupBy.map(({ Type, Key }) => (Type === 'TAG' ? `${Key}$${billed}` : service))
    const Amount = String(usd * share)
    return share > 0 ? [{ Keys: keys, Metrics: { UnblendedCost: { Amount, Unit: 'USD' } } }] : []
  })
}

function months(from: number, to: number): [number, number][] {
  const found: [number, number][] = []
  for (let start = from; start < to; ) {
    const begun = new Date(start)
    const next = Math.min(to, Date.UTC(begun.getUTCFullYear(), begun.getUTCMonth() + 1, 1))
    found.push([start, next])
    start = next
  }
  return found
}

function days(from: number, to: number): [number, number][] {
  return Array.from({ length: Math.ceil((to - from) / day) }, (_, index) => [
    from + index * day,
    Math.min(to, from + (index + 1) * day),
  ])
}

const shareOf = (from: number, to: number, now: Date) =>
  Math.max(0, Math.min(to, now.getTime()) - from) / (30.4 * day)

const date = (at: number) => new Date(at).toISOString().slice(0, 10)
