import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createEmf } from '../../../server/metrics/emf.ts'
import { createMetrics } from '../../../server/metrics/metrics.ts'
import { Counter, Histogram } from '../../../server/metrics/prometheus.ts'
import { sweep } from './support/leftovers.ts'
import { completion, startModel } from './support/model.ts'
import { patience, until } from './support/ports.ts'
import { startServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

describe('Prometheus text format', () => {
  test('Histogram: buckets add up, and the last one is the count', () => {
    const histogram = new Histogram('t_seconds', 'Time.', 'route', [0.1, 1])
    for (const value of [0.05, 0.5, 0.5, 5]) histogram.observe(value, '/a')
    expect(histogram.render().split('\n').slice(2)).toEqual([
      't_seconds_bucket{route="/a",le="0.1"} 1',
      't_seconds_bucket{route="/a",le="1"} 3',
      't_seconds_bucket{route="/a",le="+Inf"} 4',
      't_seconds_sum{route="/a"} 6.05',
      't_seconds_count{route="/a"} 4',
    ])
  })
  test('Counter: labels are escaped', () => {
    const counter = new Counter<[string]>('c_total', 'Count.', ['what'])
    counter.inc('a"b\\c\nd')
    expect(counter.render()).toEndWith('c_total{what="a\\"b\\\\c\\nd"} 1')
  })
})

describe('EMF', () => {
  test('a line has what happened since the last, every metric it names has a value, and an idle time has no line', () => {
    const lines: string[] = []
    const metrics = createMetrics()
    const emit = createEmf(metrics, 'staging', (line) => lines.push(line))
    metrics.requests.inc('/api/chatbot', '200')
    metrics.requests.inc('/api/chatbot', '503')
    metrics.cache.inc('hit')
    metrics.usage('gpt-4.1-mini', { input: 1_000_000, output: 500_000 })
    metrics.answered(12.5)
    emit(1_700_000_000_000)
    emit()
    metrics.requests.inc('/health', '200')
    emit()
    const [first, second] = lines.map((line) => JSON.parse(line))
    expect(lines).toHaveLength(2)
    expect(first).toMatchObject({
      Environment: 'staging',
      Requests: 2,
      Errors: 1,
      CacheHits: 1,
      InputTokens: 1_000_000,
      AnswerTime: [12.5],
    })
    expect(first.CostDollars).toBeCloseTo(1.2)
    expect(second).toMatchObject({ Requests: 1, Errors: 0, CacheHits: 0, InputTokens: 0 })
    const { Namespace, Dimensions, Metrics } = first._aws.CloudWatchMetrics[0]
    expect([Namespace, Dimensions, first._aws.Timestamp]).toEqual([
      'Tria/Chatbot',
      [['Environment']],
      1_700_000_000_000,
    ])
    for (const { Name } of Metrics) expect(first[Name]).toBeDefined()
  })
})

test('a running server counts its requests, hits, tokens and cost, and says so in the log of CloudWatch', async () => {
  const model = startModel((asked) => completion(asked.model, 'Within thirty days.'))
  const server = await startServer({
    OPENAI_API_KEY: 'sk-test-0123456789',
    OPENAI_BASE_URL: model.url,
    ENVIRONMENT: 'staging',
    EMF_SECONDS: '1',
    COMMIT: '0123456789abcdef',
  })
  for (let n = 0; n < 3; n++) await server.ask('What is your refund policy?')
  await server.get('/nope')
  expect(await server.metric('http_requests_total{route="/api/chatbot",status="200"}')).toBe(3)
  expect(await server.metric('http_requests_total{route="unmatched",status="404"}')).toBe(1)
  expect(await server.metric('chatbot_cache_total{result="hit"}')).toBe(2)
  expect(await server.metric('chatbot_tokens_total{model="gpt-4.1-mini",direction="input"}')).toBe(100)
  expect(await server.metric('chatbot_cost_dollars_total{model="gpt-4.1-mini"}')).toBeGreaterThan(0)
  expect(await server.metric('chatbot_info{version="1.1.0",commit="0123456789abcdef"}')).toBe(1)
  await until('a line for CloudWatch', () =>
    server.lines.some((line) => line.includes('"_aws"') && line.includes('"CacheHits":2')),
  )
  const request = server.log().find(({ path, from_cache }) => path === '/api/chatbot' && from_cache === true)!
  expect(request).toMatchObject({
    level: 'info',
    event: 'request',
    method: 'POST',
    status: 200,
    model: 'gpt-4.1-mini',
  })
  expect(request.request_id).toMatch(/^[0-9a-f-]{36}$/)
  expect(server.lines.join()).not.toContain('refund policy')
  await server.stop()
  model.stop()
})
