import OpenAI from 'openai'
import { type Model, ModelError, type ModelEvent, type ModelRequest, type Usage } from './model.ts'

export interface OpenAiOptions {
  key: string
  baseUrl?: string | undefined
  name: string
}

/** The official client, used for its protocol only: retries and time limits are ours (timeouts.ts, chain.ts). */
export function openAiModel({ key, baseUrl, name }: OpenAiOptions): Model {
  let client: OpenAI | undefined
  return {
    name,
    async *stream({ system, turns, signal }: ModelRequest): AsyncGenerator<ModelEvent> {
      client ??= new OpenAI({ apiKey: key, maxRetries: 0, ...(baseUrl ? { baseURL: baseUrl } : {}) })
      let usage: Usage | undefined
      let finished = false
      try {
        const stream = await client.chat.completions.create(
          {
            model: name,
            messages: [{ role: 'system', content: system }, ...turns],
            temperature: 0.2,
            max_completion_tokens: 500,
            stream: true,
            stream_options: { include_usage: true },
          },
          { signal },
        )
        for await (const chunk of stream) {
          const choice = chunk.choices[0]
          if (choice?.delta.content) yield { type: 'token', text: choice.delta.content }
          if (choice?.finish_reason === 'stop') finished = true
          else if (choice?.finish_reason) {
            throw new ModelError('cut', `Ask ${name}: the answer ended with ${choice.finish_reason}`)
          }
          if (chunk.usage) usage = { input: chunk.usage.prompt_tokens, output: chunk.usage.completion_tokens }
        }
      } catch (error) {
        throw signal.aborted ? signal.reason : asModelError(name, error)
      }
      // An aborted or broken stream ends without a word: only a finish reason makes an answer complete.
      if (!finished)
        throw signal.aborted ? signal.reason : new ModelError('cut', `Ask ${name}: the stream was cut`)
      yield { type: 'done', usage }
    },
  }
}

function asModelError(name: string, error: unknown): ModelError {
  if (error instanceof ModelError) return error
  const cause = { cause: error }
  if (error instanceof OpenAI.RateLimitError) {
    return error.code === 'insufficient_quota'
      ? new ModelError('quota', `Ask ${name}: the account's quota is used up`, cause)
      : new ModelError('rate_limited', `Ask ${name}: too many requests`, {
          ...cause,
          retryAfterMs: retryAfter(error.headers),
        })
  }
  if (error instanceof OpenAI.APIConnectionError)
    return new ModelError('unavailable', `Ask ${name}: no connection`, cause)
  if (error instanceof OpenAI.APIError) {
    const status = error.status ?? 0
    return status >= 500 || status === 408 || status === 409
      ? new ModelError('unavailable', `Ask ${name}: it answered ${status}`, {
          ...cause,
          retryAfterMs: retryAfter(error.headers),
        })
      : status === 0
        ? new ModelError('cut', `Ask ${name}: the stream broke`, cause)
        : new ModelError('refused', `Ask ${name}: it answered ${status}`, cause)
  }
  return new ModelError('cut', `Ask ${name}: the stream broke`, cause)
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const ms = Number(headers?.get('retry-after-ms'))
  if (ms > 0) return ms
  const value = headers?.get('retry-after')
  if (!value) return undefined
  const seconds = Number(value)
  if (seconds >= 0) return seconds * 1_000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
