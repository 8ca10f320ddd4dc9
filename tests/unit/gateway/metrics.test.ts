import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { createEmf } from '../../../server/metrics/emf'
import { createMetrics } from '../../../server/metrics/metrics'
import { type Bench, bench, signed } from './bench'

/** A minute that is long over. */
const minute = Math.floor(Date.now() / 60_000) * 60 - 600
const Dimensions = [{ Name: 'LoadBalancer', Value: 'app/a/1' }]
const Namespace = 'AWS/ApplicationELB'

let b: Bench
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  b = await bench()
  cloudwatch = new CloudWatchClient(b.settings)
}, 60_000)
afterAll(() => b.stop())

const put = (MetricName: string, at: number, Values: number[]) =>
  cloudwatch.send(
    new PutMetricDataCommand({
      Namespace,
      MetricData: [{ MetricName, Dimensions, Values, Timestamp: new Date(at * 1000) }],
    }),
  )
const stat = (Id: string, MetricName: string, Stat: string, ReturnData = true): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat },
  ReturnData,
})
const range = { StartTime: new Date(minute * 1000), EndTime: new Date((minute + 300) * 1000) }
const data = (...MetricDataQueries: MetricDataQuery[]) =>
  cloudwatch.send(new GetMetricDataCommand({ ...range, MetricDataQueries, ScanBy: 'TimestampAscending' }))

describe('GetMetricData', () => {
  beforeAll(async () => {
    await put('RequestCount', minute + 5, [100])
    await put('RequestCount', minute + 70, [10])
    await put('RequestCount', minute + 130, [50])
    await put('HTTPCode_Target_5XX_Count', minute + 10, [5])
    await put(
      'TargetResponseTime',
      minute + 1,
      Array.from({ length: 100 }, (_, index) => (index + 1) / 100),
    )
  }, 60_000)

  test("the guide's share of failures: a floor of traffic, and no data is no failure", async () => {
    const { MetricDataResults } = await data(
      stat('req', 'RequestCount', 'Sum', false),
      stat('t5', 'HTTPCode_Target_5XX_Count', 'Sum', false),
      stat('e5', 'HTTPCode_ELB_5XX_Count', 'Sum', false),
      { Id: 'rate', Expression: 'IF(req>20, 100*(FILL(t5,0)+FILL(e5,0))/req, 0)', Label: '5xx %' },
    )
    expect(MetricDataResults).toMatchObject([
      {
        Id: 'rate',
        Label: '5xx %',
        StatusCode: 'Complete',
        Values: [5, 0, 0],
        Timestamps: [minute, minute + 60, minute + 120].map((at) => new Date(at * 1000)),
      },
    ])
  })
  test('percentiles are of the values that were put', async () => {
    const { MetricDataResults } = await data(
      stat('p', 'TargetResponseTime', 'p95'),
      stat('m', 'TargetResponseTime', 'Average'),
    )
    expect(MetricDataResults?.map((each) => each.Values)).toEqual([[0.95], [expect.closeTo(0.505)]])
  })
  test('a metric with other dimensions is another metric', async () => {
    const Metric = { Namespace, MetricName: 'RequestCount', Dimensions: [] }
    const { MetricDataResults } = await data({ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Sum' } })
    expect(MetricDataResults?.[0]?.Values).toEqual([])
  })
  test('pages where an answer is full, newest first by default', async () => {
    const ask = (NextToken?: string) =>
      cloudwatch.send(
        new GetMetricDataCommand({
          ...range,
          MetricDataQueries: [stat('a', 'RequestCount', 'Sum'), stat('b', 'RequestCount', 'SampleCount')],
          MaxDatapoints: 2,
          ...(NextToken && { NextToken }),
        }),
      )
    const values: number[] = []
    let token: string | undefined
    do {
      const page = await ask(token)
      values.push(...(page.MetricDataResults ?? []).flatMap((each) => each.Values ?? []))
      token = page.NextToken
    } while (token)
    expect(values).toEqual([50, 10, 100, 1, 1, 1])
  })
  test.each([
    ['an id in capitals', [{ ...stat('a', 'X', 'Sum'), Id: 'Req' }], 'not matching the expected pattern'],
    ['two of one id', [stat('a', 'X', 'Sum'), stat('a', 'Y', 'Sum')], 'are not unique'],
    ['an unknown id', [{ Id: 'e', Expression: 'x+1' }], "Error in expression 'e'"],
    [
      'a circle',
      [
        { Id: 'e', Expression: 'f+1' },
        { Id: 'f', Expression: 'e+1' },
      ],
      'refers to itself',
    ],
    [
      '501 queries',
      Array.from({ length: 501 }, (_, index) => stat(`m${index}`, 'X', 'Sum')),
      'greater than 500',
    ],
    ['a statistic that is none', [stat('a', 'X', 'Median')], 'is not supported'],
  ])('refuses %s', async (_, queries, message) => {
    const error = await data(...queries).catch((thrown) => thrown)
    expect(error.name).toBe('ValidationException')
    expect(error.message).toContain(message)
  })
  test('answers in CBOR to those who ask in it', async () => {
    const { decodeCbor, encodeCbor } = await import('../../../rehearsal/gateway/protocol/cbor')
    const response = await fetch(
      `${b.gateway.url}/service/GraniteServiceVersion20100801/operation/GetMetricData`,
      {
        method: 'POST',
        headers: {
          ...signed('monitoring'),
          'smithy-protocol': 'rpc-v2-cbor',
          'content-type': 'application/cbor',
        },
        body: encodeCbor({ ...range, MetricDataQueries: [stat('m', 'RequestCount', 'Sum')] }),
      },
    )
    expect(response.headers.get('smithy-protocol')).toBe('rpc-v2-cbor')
    expect(decodeCbor(await response.bytes())).toMatchObject({
      MetricDataResults: [{ Timestamps: [new Date((minute + 120) * 1000), {}, {}], Values: [50, 10, 100] }],
    })
    const listed = await fetch(
      `${b.gateway.url}/service/GraniteServiceVersion20100801/operation/DescribeAlarms`,
      {
        method: 'POST',
        headers: {
          ...signed('monitoring'),
          'smithy-protocol': 'rpc-v2-cbor',
          'content-type': 'application/cbor',
        },
        body: encodeCbor({}),
      },
    )
    expect(decodeCbor(await listed.bytes())).toMatchObject({ MetricAlarms: [] })
  })
})

test('GetMetricStatistics and ListMetrics tell the same metrics', async () => {
  const asked = { Namespace, MetricName: 'TargetResponseTime', Dimensions, ...range, Period: 300 }
  const { Datapoints } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      ...asked,
      Statistics: ['Maximum', 'SampleCount'],
      ExtendedStatistics: ['p50'],
    }),
  )
  const inside = Datapoints?.find((each) => each.SampleCount === 100)
  expect(inside).toMatchObject({ Maximum: 1, ExtendedStatistics: { p50: 0.5 } })
  const tooMany = cloudwatch.send(
    new GetMetricStatisticsCommand({ ...asked, StartTime: new Date(0), Period: 60, Statistics: ['Sum'] }),
  )
  expect(await tooMany.catch((thrown) => thrown.name)).toStartWith('InvalidParameterCombination')
  const { Metrics } = await cloudwatch.send(
    new ListMetricsCommand({ Namespace, Dimensions: [{ Name: 'LoadBalancer' }] }),
  )
  expect(Metrics?.map((each) => each.MetricName)).toContain('TargetResponseTime')
})

test("metrics in a log line of the server's, and in nothing that only looks like one", async () => {
  const logs = new CloudWatchLogs(b.settings)
  const stream = { logGroupName: '/ecs/metrics', logStreamName: 'app/one' }
  await logs.createLogGroup(stream)
  await logs.createLogStream(stream)
  const lines: string[] = []
  const metrics = createMetrics()
  const emit = createEmf(metrics, 'staging', (line) => lines.push(line))
  for (const route of ['/api/chatbot', '/health']) metrics.requests.inc(route, '200')
  metrics.cache.inc('hit')
  metrics.answered(120)
  metrics.answered(80)
  emit(minute * 1000)
  const logEvents = [
    ...lines,
    '{"_aws": broken',
    '{"_aws":{"CloudWatchMetrics":[{"Namespace":"Tria/Chatbot","Metrics":[{"Name":"CacheHits"}]}]},"CacheHits":"many"}',
    'plain',
  ].map((message) => ({ timestamp: Date.now(), message: message.trim() }))
  await logs.putLogEvents({ ...stream, logEvents })
  const own = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'Tria/Chatbot',
        MetricName,
        Dimensions: [{ Name: 'Environment', Value: 'staging' }],
      },
      Period: 60,
      Stat,
    },
  })
  const { MetricDataResults = [] } = await data(
    own('hits', 'CacheHits', 'Sum'),
    own('all', 'Requests', 'Sum'),
    own('time', 'AnswerTime', 'Maximum'),
  )
  expect(MetricDataResults.map(({ Values }) => Values)).toEqual([[1], [2], [120]])
  const { events } = await logs.getLogEvents({ ...stream, startFromHead: true })
  expect(events?.map(({ message }) => message)).toEqual(logEvents.map(({ message }) => message))
})

test('an alarm follows its metric, and its history tells the change', async () => {
  const AlarmName = 'tested'
  const metric = { Namespace: 'Test', MetricName: 'Load', Period: 10, Statistic: 'Maximum' as const }
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      ...metric,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  )
  const reaches = async (wanted: StateValue) => {
    const deadline = Date.now() + 40_000
    while (Date.now() < deadline) {
      const Value = wanted === 'ALARM' ? 9 : 1
      await cloudwatch.send(
        new PutMetricDataCommand({ Namespace: 'Test', MetricData: [{ MetricName: 'Load', Value }] }),
      )
      const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }))
      if (MetricAlarms?.[0]?.StateValue === wanted) return MetricAlarms[0].StateReason
      await Bun.sleep(500)
    }
    throw new Error(`The alarm never became ${wanted}`)
  }
  expect(await reaches('ALARM')).toContain('Threshold Crossed: ')
  expect(await reaches('OK')).toContain('not greater than the threshold (5.0)')
  const { AlarmHistoryItems } = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: 'StateUpdate' }),
  )
  expect(AlarmHistoryItems?.[0]?.HistorySummary).toBe('Alarm updated from ALARM to OK')
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }))
}, 100_000)
