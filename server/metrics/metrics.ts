import type { Usage } from '../model/model.ts'
import { priceOf } from '../model/prices.ts'
import { Counter, Gauge, Histogram, type Metric } from './prometheus.ts'

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export type Metrics = ReturnType<typeof createMetrics>

/** Everything the server counts, in one place. */
export function createMetrics() {
  const requests = new Counter<[string, string]>('http_requests_total', 'Requests by route and status.', [
    'route',
    'status',
  ])
  const latency = new Histogram(
    'http_request_duration_seconds',
    'Time to the answer, by route.',
    'route',
    seconds,
  )
  const cache = new Counter<['hit' | 'miss']>('chatbot_cache_total', 'Look-ups of shareable questions.', [
    'result',
  ])
  const shared = new Counter(
    'chatbot_shared_answers_total',
    'Questions that joined an answer in the making.',
    [],
  )
  const fallbacks = new Counter<[string]>('chatbot_fallbacks_total', 'Answers given in place of the model.', [
    'kind',
  ])
  const modelFailures = new Counter<[string, string]>(
    'chatbot_model_failures_total',
    'Failed asks of a model.',
    ['model', 'kind'],
  )
  const tokens = new Counter<[string, 'input' | 'output']>('chatbot_tokens_total', 'Tokens of the model.', [
    'model',
    'direction',
  ])
  const cost = new Counter<[string]>('chatbot_cost_dollars_total', 'List price of the tokens used.', [
    'model',
  ])
  const limited = new Counter<['session' | 'address']>('chatbot_limited_total', 'Requests over a limit.', [
    'limit',
  ])
  const dropped = new Counter(
    'chatbot_messages_dropped_total',
    'Messages lost because the store stayed away.',
    [],
  )
  const all: Metric[] = [
    requests,
    latency,
    cache,
    shared,
    fallbacks,
    modelFailures,
    tokens,
    cost,
    limited,
    dropped,
  ]
  let recent: number[] = []
  return {
    requests,
    latency,
    cache,
    shared,
    fallbacks,
    modelFailures,
    tokens,
    cost,
    limited,
    dropped,
    gauge(name: string, help: string, read: () => number | [string[], number][], labels: string[] = []) {
      all.push(new Gauge(name, help, read, labels))
    },
    /** The time of an answer, for EMF, whose line holds at most 100 values: a sample when there are more. */
    answered(ms: number) {
      if (recent.length < 100) recent.push(ms)
      else if (Math.random() < 0.1) recent[Math.floor(Math.random() * 100)] = ms
    },
    recentLatencies(): number[] {
      const taken = recent
      recent = []
      return taken
    },
    usage(model: string, usage: Usage | undefined) {
      if (!usage) return
      tokens.add(usage.input, model, 'input')
      tokens.add(usage.output, model, 'output')
      cost.add(priceOf(model, usage), model)
    },
    render: () => `${all.map((metric) => metric.render()).join('\n')}\n`,
  }
}
