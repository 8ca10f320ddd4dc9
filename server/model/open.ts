import { Breaker } from '../breaker.ts'
import type { Config } from '../config.ts'
import type { Log } from '../logging/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { PartState } from '../readiness.ts'
import { type Completion, complete, type Link, type Listener } from './chain.ts'
import type { ModelRequest } from './model.ts'
import { openAiModel } from './openai.ts'
import { withTimeouts } from './timeouts.ts'

const limits = { firstTokenMs: 8_000, betweenTokensMs: 5_000, totalMs: 25_000 }
const restMs = 10_000

export interface Models {
  complete: () => ((request: ModelRequest, listener: Listener) => Promise<Completion>) | undefined
  /** What answers are cached under: another model makes another answer. */
  scope(): string
  state(enabled: boolean): PartState
  close(): void
}

/** The chain of models of the configuration: the first, then the second, each at rest for a while when it keeps failing. */
export function openModels(
  config: Config['model'],
  { metrics, log }: { metrics: Metrics; log: Log },
): Models {
  if (!config) {
    return {
      complete: () => undefined,
      scope: () => 'extractive',
      state: () => ({ status: 'off', detail: 'no OPENAI_API_KEY: the documents answer in their own words' }),
      close: () => undefined,
    }
  }
  const links = [...new Set([config.name, config.fallback])].map((name): Link => {
    const model = withTimeouts(openAiModel({ key: config.key, baseUrl: config.baseUrl, name }), limits)
    const breaker = new Breaker({
      threshold: 4,
      // A question costs money: the rest is the probe, and the next customer's question the proof.
      probe: async () => undefined,
      probeEveryMs: restMs,
      onChange: (open, error) =>
        open
          ? log.error('model_resting', { model: name, error })
          : log.info('model_tried_again', { model: name }),
    })
    return { model, breaker }
  })
  let lastFailed = false
  return {
    complete: () => async (request, listener) => {
      try {
        const completion = await complete(
          {
            links,
            attempts: 2,
            backoffMs: 250,
            longestWaitMs: 2_000,
            onFailure: (model, error, attempt) => {
              metrics.modelFailures.inc(model, error.kind)
              const { requestId: request_id } = request
              log.warn('model_failed', { model, kind: error.kind, attempt, error, request_id })
            },
          },
          request,
          listener,
        )
        lastFailed = false
        return completion
      } catch (error) {
        if (!request.signal.aborted) lastFailed = true
        throw error
      }
    },
    scope: () => config.name,
    state: (enabled) => {
      if (!enabled)
        return { status: 'degraded', detail: 'switched off by an administrator: the documents answer' }
      const resting = links.filter(({ breaker }) => breaker.open).map(({ model }) => model.name)
      return resting.length > 0 || lastFailed
        ? {
            status: 'degraded',
            name: config.name,
            resting,
            detail: 'answers come from another model or from the documents',
          }
        : { status: 'ok', name: config.name }
    },
    close: () => {
      for (const { breaker } of links) breaker.close()
    },
  }
}
