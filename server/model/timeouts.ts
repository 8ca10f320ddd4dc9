import { type Model, ModelError, type ModelEvent, type ModelRequest } from './model.ts'

export interface Timeouts {
  firstTokenMs: number
  betweenTokensMs: number
  totalMs: number
}

/** The client's own timeout does not notice a stream that stalls: these three do. */
export function withTimeouts(model: Model, limits: Timeouts): Model {
  return {
    name: model.name,
    async *stream(request: ModelRequest): AsyncGenerator<ModelEvent> {
      const ended = new AbortController()
      const end = (what: string, ms: number) =>
        ended.abort(new ModelError('timeout', `Ask ${model.name}: ${what} took more than ${ms} ms`))
      const total = setTimeout(() => end('the answer', limits.totalMs), limits.totalMs)
      let silence = setTimeout(() => end('the first word', limits.firstTokenMs), limits.firstTokenMs)
      const signal = AbortSignal.any([request.signal, ended.signal])
      try {
        for await (const event of untilAborted(model.stream({ ...request, signal }), signal)) {
          clearTimeout(silence)
          silence = setTimeout(() => end('the next word', limits.betweenTokensMs), limits.betweenTokensMs)
          yield event
        }
      } finally {
        clearTimeout(total)
        clearTimeout(silence)
      }
    },
  }
}

/** Ends at the abort also when the source does not notice it. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => undefined)
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    signal.throwIfAborted()
    while (true) {
      const next = await Promise.race([iterator.next(), aborted.promise])
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', abort)
    void iterator.return?.()?.catch?.(() => undefined)
  }
}
