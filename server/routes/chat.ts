import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Answerer, Outcome } from '../answer/answerer.ts'
import { errorBody, Refusal } from '../errors.ts'
import { readJson } from '../http/body.ts'
import { eventStream } from '../http/sse.ts'
import { type Trace, traceOf } from '../http/trace.ts'
import { countRequest, type RateLimits, rateHeaders } from '../limits/rate.ts'
import type { Log } from '../logging/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Shared } from '../shared/shared.ts'

export const sessionPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/
export const SessionId = v.pipe(
  v.string('must be a string'),
  v.regex(sessionPattern, 'must be 1 to 128 letters, digits, dots, colons, dashes or underscores'),
)

// Control characters carry nothing a customer says, and Postgres refuses one of them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

const chatBody = (maxLength: number) =>
  v.strictObject(
    {
      message: v.pipe(
        v.string('must be a string'),
        v.transform((text) => text.toWellFormed().replace(control, '').trim()),
        v.minLength(1, 'must not be empty'),
        v.maxLength(maxLength, `must have at most ${maxLength} characters`),
      ),
      session_id: v.optional(SessionId),
    },
    (issue) =>
      issue.expected === 'never' ? 'is not a known field' : 'must be an object with message and session_id',
  )

interface Parts {
  answerer: Answerer
  shared: Shared
  limits: RateLimits
  maxBodyBytes: number
  maxMessageLength: number
  metrics: Metrics
  log: Log
}

/** `POST /api/chatbot`: one question, answered as JSON, or as a stream of events when the client accepts one. */
export function chatRoute(parts: Parts) {
  const schema = chatBody(parts.maxMessageLength)
  return new Elysia().post(
    '/api/chatbot',
    async ({ request }) => {
      const trace = traceOf(request)
      const { message, session_id: session = Bun.randomUUIDv7() } = await readJson(
        request,
        parts.maxBodyBytes,
        schema,
      )
      trace.note.session = session
      const verdict = await countRequest(
        parts.shared,
        parts.limits,
        { session, address: trace.address },
        (limit) => parts.metrics.limited.inc(limit),
      )
      const headers = verdict ? rateHeaders(verdict) : {}
      if (request.headers.get('accept')?.includes('text/event-stream')) {
        return stream(parts, { message, session, trace, signal: request.signal, headers })
      }
      const outcome = await parts.answerer.ask({
        message,
        session,
        requestId: trace.id,
        signal: request.signal,
      })
      return Response.json(reply(outcome, session, trace), {
        headers: { ...headers, 'cache-control': 'no-store' },
      })
    },
    { parse: 'none' },
  )
}

interface Streamed {
  message: string
  session: string
  trace: Trace
  signal: AbortSignal
  headers: Record<string, string>
}

/** The same answer as it is made: `token` and `restart` events, then `sources` and `done`, or `error`. */
function stream(parts: Parts, { message, session, trace, signal, headers }: Streamed): Response {
  const left = new AbortController()
  const { response, ended } = eventStream(
    async ({ send }) => {
      let heard = ''
      try {
        const outcome = await parts.answerer.ask({
          message,
          session,
          requestId: trace.id,
          signal: AbortSignal.any([signal, left.signal]),
          hear(event) {
            heard = event.type === 'token' ? heard + event.text : ''
            send(event.type, event.type === 'token' ? { text: event.text } : {})
          },
        })
        if (heard.trim() !== outcome.answer.text) {
          if (heard !== '') send('restart', {})
          send('token', { text: outcome.answer.text })
        }
        send('sources', outcome.answer.sources)
        send('done', reply(outcome, session, trace))
      } catch (error) {
        if (left.signal.aborted || signal.aborted) return
        if (!(error instanceof Refusal)) parts.log.error('stream_failed', { request_id: trace.id, error })
        const { code, message: sentence } =
          error instanceof Refusal
            ? error
            : { code: 'internal', message: 'The answer could not be completed.' }
        send('error', errorBody(code, sentence, trace.id))
      }
    },
    { headers, onCancel: () => left.abort(new Error('Stream: the client left')) },
  )
  trace.streamed = ended
  return response
}

/** The answer as the guide shows it, with what else a client may want to know in `metadata`. */
function reply({ answer, fromCache }: Outcome, session: string, trace: Trace) {
  const ms = performance.now() - trace.started
  Object.assign(trace.note, { from_cache: fromCache, model: answer.model, handoff: answer.handoff?.reason })
  return {
    message: answer.text,
    session_id: session,
    metadata: {
      from_cache: fromCache,
      processing_time: ms < 100 ? `${(ms / 1000).toFixed(3)}s` : `${(ms / 1000).toFixed(1)}s`,
      sources: answer.sources,
      model: answer.model,
      ...(answer.handoff ? { handoff: answer.handoff } : {}),
      ...(answer.fallback ? { fallback: true } : {}),
      request_id: trace.id,
    },
  }
}
