import type { Check, Place } from '../check'
import { judgeSpending, type Spent } from '../judges/spending'
import { seriesOver } from './series'

const day = 86_400_000

export const spending: Check = {
  id: 'spending',
  title: 'Spending against the week before',
  async look(place) {
    const [services, model] = await Promise.all([billed(place), onTheModel(place)])
    return judgeSpending([...services, ...model], place.stack.environment)
  },
}

/** By AWS's bill, which is a day behind. It knows the environment only once its tag was activated for cost allocation. */
async function billed({ aws, stack, now }: Place): Promise<Spent[]> {
  const client = await aws.costExplorer()
  const date = (daysAgo: number) => new Date(now.getTime() - daysAgo * day).toISOString().slice(0, 10)
  const middle = date(7)
  const sums = new Map<string, Spent>()
  let NextPageToken: string | undefined
  do {
    const page = await client.getCostAndUsage({
      TimePeriod: { Start: date(14), End: date(0) },
      Granularity: 'DAILY',
      Metrics: ['UnblendedCost'],
      Filter: { Tags: { Key: 'Environment', Values: [stack.environment] } },
      GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
      ...(NextPageToken && { NextPageToken }),
    })
    for (const { TimePeriod, Groups = [] } of page.ResultsByTime ?? []) {
      for (const { Keys = [], Metrics } of Groups) {
        const what = Keys[0] ?? ''
        const spent = sums.get(what) ?? { what, before: 0, last: 0 }
        sums.set(what, spent)
        spent[(TimePeriod?.Start ?? '') < middle ? 'before' : 'last'] += Number(
          Metrics?.UnblendedCost?.Amount ?? 0,
        )
      }
    }
    NextPageToken = page.NextPageToken
  } while (NextPageToken)
  if (sums.size === 0) {
    throw new Error(
      `the bill knows nothing of the tag Environment=${stack.environment}: activate it for cost allocation in the billing console; figures come a day later`,
    )
  }
  return [...sums.values()]
}

/** The server's own count of what its tokens cost. */
async function onTheModel(place: Place): Promise<Spent[]> {
  const { stack, now } = place
  const { dollars } = await seriesOver(place, 14, {
    dollars: {
      namespace: 'Tria/Chatbot',
      metric: 'CostDollars',
      stat: 'Sum',
      dimensions: { Environment: stack.environment },
    },
  })
  const middle = now.getTime() / 1000 - 7 * 86_400
  const sum = (late: boolean) =>
    dollars.reduce((all, [at, value]) => (at >= middle === late ? all + value : all), 0)
  return dollars.length > 0 ? [{ what: 'The model', before: sum(false), last: sum(true) }] : []
}
