import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { Aws } from '../../aws/clients'
import type { Series, Window } from '../model'

/** What CloudWatch takes in one call. */
export const queriesACall = 500

/** The values of all queries, in as few calls as CloudWatch allows; all at once, an answer's further pages one after the other. */
export async function fetchSeries(
  aws: Aws,
  queries: MetricDataQuery[],
  { from, to }: Window,
): Promise<Map<string, Series>> {
  const cloudwatch = await aws.cloudwatch()
  const found = new Map<string, [number, number][]>()
  const ask = async (some: MetricDataQuery[]) => {
    let NextToken: string | undefined
    do {
      const answer = await cloudwatch.getMetricData({
        MetricDataQueries: some,
        StartTime: new Date(from * 1000),
        EndTime: new Date(to * 1000),
        ScanBy: 'TimestampAscending',
        ...(NextToken && { NextToken }),
      })
      for (const { Id = '', Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
        const points = found.get(Id) ?? []
        found.set(Id, points)
        for (const [i, at] of Timestamps.entries()) points.push([at.getTime() / 1000, Values[i]!])
      }
      NextToken = answer.NextToken
    } while (NextToken)
  }
  const pages = Array.from({ length: Math.ceil(queries.length / queriesACall) }, (_, page) =>
    queries.slice(page * queriesACall, (page + 1) * queriesACall),
  )
  await Promise.all(pages.map(ask))
  return found
}
