import type { Metrics } from './metrics.ts'

/**
 * CloudWatch's embedded metric format: a log line that becomes metrics, with no agent and no API call. Values are what
 * happened since the last line.
 */
export function createEmf(metrics: Metrics, environment: string, write: (line: string) => void) {
  const read = () => ({
    Requests: metrics.requests.total,
    Errors: metrics.requests.sum((labels) => labels[1]!.startsWith('5')),
    CacheHits: metrics.cache.value('hit'),
    CacheMisses: metrics.cache.value('miss'),
    Fallbacks: metrics.fallbacks.total,
    Limited: metrics.limited.total,
    InputTokens: metrics.tokens.sum((labels) => labels[1] === 'input'),
    OutputTokens: metrics.tokens.sum((labels) => labels[1] === 'output'),
    CostDollars: metrics.cost.total,
  })
  let before = read()

  return function emit(now = Date.now()): void {
    const after = read()
    const values = Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, value - before[name as keyof typeof after]]),
    )
    before = after
    // An idle server says nothing: silence costs nothing.
    if (values.Requests === 0) return
    const latencies = metrics.recentLatencies()
    const names = [
      ...Object.keys(values).map((name) => ({ Name: name, Unit: name === 'CostDollars' ? 'None' : 'Count' })),
      ...(latencies.length > 0 ? [{ Name: 'AnswerTime', Unit: 'Milliseconds' }] : []),
    ]
    write(
      `${JSON.stringify({
        _aws: {
          Timestamp: now,
          CloudWatchMetrics: [{ Namespace: 'Tria/Chatbot', Dimensions: [['Environment']], Metrics: names }],
        },
        Environment: environment,
        ...values,
        ...(latencies.length > 0 ? { AnswerTime: latencies } : {}),
      })}\n`,
    )
  }
}
