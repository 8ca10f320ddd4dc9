import type { ResultByTime } from '@aws-sdk/client-cost-explorer'
import type { Aws } from '../../aws/clients'
import type { Billed } from '../../costs/actual'
import { look } from '../../diagnosis/collect/look'
import type { Part } from '../../diagnosis/snapshot'

const day = (at: number) => new Date(at).toISOString().slice(0, 10)

/** Last month's bill and this one's so far, in one question: Cost Explorer takes a cent for each. */
export function lookAtBill(
  aws: Aws,
  { account, environment }: { account: string; environment: string },
  now: Date,
): Promise<Part<readonly [Billed, Billed]>> {
  const from = day(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
  const between = day(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1))
  const to = day(now.getTime() + 86_400_000)
  const command = `aws ce get-cost-and-usage --time-period Start=${from},End=${to} --granularity MONTHLY --metrics UnblendedCost --group-by Type=DIMENSION,Key=SERVICE Type=TAG,Key=Environment`
  return look(command, async () => {
    const costs = await aws.costExplorer()
    const found: ResultByTime[] = []
    let NextPageToken: string | undefined
    do {
      const page = await costs.getCostAndUsage({
        TimePeriod: { Start: from, End: to },
        Granularity: 'MONTHLY',
        Metrics: ['UnblendedCost'],
        // The account that manages an organisation is shown every member's costs otherwise.
        Filter: { Dimensions: { Key: 'LINKED_ACCOUNT', Values: [account] } },
        GroupBy: [
          { Type: 'DIMENSION', Key: 'SERVICE' },
          { Type: 'TAG', Key: 'Environment' },
        ],
        ...(NextPageToken && { NextPageToken }),
      })
      found.push(...(page.ResultsByTime ?? []))
      NextPageToken = page.NextPageToken
    } while (NextPageToken)
    const billed = (start: string, end: string) =>
      billOf(
        found.filter(({ TimePeriod }) => TimePeriod?.Start === start),
        environment,
        { from: start, to: end },
      )
    return [billed(from, between), billed(between, to)] as const
  })
}

function billOf(results: ResultByTime[], environment: string, span: { from: string; to: string }): Billed {
  const services = new Map<string, { usd: number; tagged: number }>()
  for (const { Keys = [], Metrics } of results.flatMap(({ Groups = [] }) => Groups)) {
    const [service = '', tag] = Keys
    const usd = Number(Metrics?.UnblendedCost?.Amount ?? 0)
    const so = services.get(service) ?? { usd: 0, tagged: 0 }
    services.set(service, {
      usd: so.usd + usd,
      tagged: so.tagged + (tag === `Environment$${environment}` ? usd : 0),
    })
  }
  return { ...span, services: [...services].map(([service, sums]) => ({ service, ...sums })) }
}
