import type { Breaker } from '../breaker.ts'
import { type Model, ModelError, type ModelRequest, type Usage } from './model.ts'

/** A model of the chain, with the breaker that keeps a dead one off the customers' time. */
export interface Link {
  model: Model
  breaker: Breaker
}

export interface ChainOptions {
  links: Link[]
  attempts: number
  backoffMs: number
  /** The longest Retry-After worth a customer's waiting; a longer one moves on to the next model. */
  longestWaitMs: number
  onFailure: (model: string, error: ModelError, attempt: number) => void
}

export interface Completion {
  text: string
  model: string
  usage?: Usage | undefined
}

/** What the one who waits hears meanwhile. `restart`: forget what came so far, another attempt begins. */
export interface Listener {
  token(text: string): void
  restart(): void
}

/** Asks one model after the other until one answers completely; rejects with the last failure. */
export async function complete(
  options: ChainOptions,
  request: ModelRequest,
  listener: Listener,
): Promise<Completion> {
  let last: ModelError | undefined
  for (const { model, breaker } of options.links) {
    for (let attempt = 1; attempt <= options.attempts && !breaker.open; attempt++) {
      let text = ''
      try {
        for await (const event of model.stream(request)) {
          if (event.type === 'token') {
            text += event.text
            listener.token(event.text)
          } else {
            breaker.succeeded()
            return { text, model: model.name, usage: event.usage }
          }
        }
        throw new ModelError('cut', `Ask ${model.name}: the stream was cut`)
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason
        last =
          error instanceof ModelError
            ? error
            : new ModelError('cut', `Ask ${model.name}: it broke`, { cause: error })
        options.onFailure(model.name, last, attempt)
        breaker.failed(last)
        if (text !== '') listener.restart()
        const wait =
          last.options.retryAfterMs ?? options.backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random())
        if (!last.retryable || attempt === options.attempts || wait > options.longestWaitMs) break
        await Bun.sleep(wait)
        if (request.signal.aborted) throw request.signal.reason
      }
    }
  }
  throw last ?? new ModelError('unavailable', 'Ask a model: every one is given a rest after its failures')
}
