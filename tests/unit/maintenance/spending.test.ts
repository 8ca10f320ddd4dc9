import { expect, test } from 'bun:test'
import { stackOf } from '../../../runbooks/aws/stack'
import { spending } from '../../../runbooks/maintenance/looks/spending'
import { type Answer, account } from '../account'

const now = new Date('2026-11-23T15:00:00Z')

/** A bill of days that have gone by, one service each, in pages of some days; and no word of the model. */
function look(bill: [daysAgo: number, service: string, usd: number][], perPage = 5) {
  const asked: any[] = []
  const days = bill.map(([daysAgo, service, usd]) => {
    const Start = new Date(now.getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10)
    const Metrics = { UnblendedCost: { Amount: String(usd), Unit: 'USD' } }
    return { TimePeriod: { Start, End: '' }, Groups: [{ Keys: [service], Metrics }] }
  })
  const answers: Record<string, Answer> = {
    'costExplorer:getCostAndUsage'(input) {
      asked.push(input)
      const from = Number(input.NextPageToken ?? 0)
      const more = from + perPage < days.length
      return {
        ResultsByTime: days.slice(from, from + perPage),
        ...(more && { NextPageToken: String(from + perPage) }),
      }
    },
    'cloudwatch:getMetricData': () => ({ MetricDataResults: [] }),
  }
  const place = { aws: account(answers).aws, stack: stackOf('staging'), now } as any
  return { asked, verdict: spending.look(place) }
}

test('the last seven whole days against the seven before, over all pages, of this environment alone', async () => {
  const each = (service: string, before: number, last: number) =>
    Array.from({ length: 14 }, (_, i): [number, string, number] => [14 - i, service, i < 7 ? before : last])
  const { asked, verdict } = look([...each('RDS', 1, 3), ...each('ECS', 2, 2)])
  const { evidence, findings } = await verdict
  expect(evidence).toBe('$35.00 in the last seven days, $14.00 more than in those before')
  expect(findings.map(({ text }) => text)).toEqual(['RDS: $21.00, after $7.00 the week before'])
  expect(asked.length).toBe(6)
  expect(asked[0]).toMatchObject({
    TimePeriod: { Start: '2026-11-09', End: '2026-11-23' },
    Filter: { Tags: { Key: 'Environment', Values: ['staging'] } },
  })
})

test('a bill that knows nothing of the tag is not known, and no bill of nothing', async () => {
  expect(look([]).verdict).rejects.toThrow('activate it for cost allocation')
})
