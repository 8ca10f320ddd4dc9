import type { Turn } from '../answer/types.ts'

export interface ModelRequest {
  system: string
  turns: Turn[]
  /** Of the customer's request, for the log. */
  requestId: string
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal
}

export interface Usage {
  input: number
  output: number
}

export type ModelEvent = { type: 'token'; text: string } | { type: 'done'; usage?: Usage | undefined }

/** The one door to a language model. A stream ends with `done`; one that ends without it was cut. */
export interface Model {
  readonly name: string
  stream(request: ModelRequest): AsyncIterable<ModelEvent>
}

/** Why a model did not answer, and whether it makes sense to ask it again. */
export class ModelError extends Error {
  constructor(
    readonly kind: 'timeout' | 'rate_limited' | 'quota' | 'unavailable' | 'refused' | 'cut',
    message: string,
    readonly options: { retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
  }

  get retryable(): boolean {
    return this.kind === 'rate_limited' || this.kind === 'unavailable' || this.kind === 'cut'
  }
}
