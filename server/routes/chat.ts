import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { Answerer, Outcome, Question } from '../answer/answerer.ts'
import type { FlightEvent } from '../answer/flight.ts'
import { once } from '../answer/once.ts'
import { type Reply, replyText } from '../answer/reply.ts'
import { errorBody, Refusal } from '../errors.ts'
import { readJson } from '../http/body.ts'
import { eventStream } from '../http/sse.ts'
import { commonHeaders, type Trace, traceOf } from '../http/trace.ts'
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
      const body = await readJson(request, parts.maxBodyBytes, schema)
      const { message, session_id: session = Bun.randomUUIDv7() } = body
      const key = request.headers.get('idempotency-key')
      if (key !== null && !body.session_id) {
        throw new Refusal(422, 'invalid_body', 'session_id: must be given together with an Idempotency-Key')
      }
      trace.note.session = session
      const looked = parts.answerer.look(message)
      const verdict = await countRequest(
        parts.shared,
        parts.limits,
        { session, address: trace.address },
        (limit) => parts.metrics.limited.inc(limit),
      )
      const limits = verdict ? rateHeaders(verdict) : {}
      const asked: Asked = {
        message,
        looked,
        session,
        requestId: trace.id,
        key,
        trace,
        signal: () => request.signal,
        hear: undefined,
      }
      if (request.headers.get('accept')?.includes('text/event-stream')) return stream(parts, asked, limits)
      const kept = key === null ? undefined : await replyOnce(parts, asked, key)
      const known = !kept && verdict ? parts.answerer.known(asked) : undefined
      const text = kept
        ? JSON.stringify(kept.reply)
        : known
          ? replyWith(known, asked)
          : await reply(parts, asked)
      trace.dressed = true
      // All at once: each header that is set on a finished response costs as much as all of these.
      const headers = {
        'content-type': 'application/json;charset=utf-8',
        'cache-control': 'no-store',
        ...(kept?.replayed ? { 'idempotency-replayed': 'true' } : undefined),
        ...limits,
        ...commonHeaders(trace),
      }
      return new Response(text, { headers })
    },
    { parse: 'none' },
  )
}

interface Asked extends Question {
  key: string | null
  trace: Trace
}

const reply = async (parts: Parts, asked: Asked) => replyWith(await parts.answerer.ask(asked), asked)

/** The answer in the form of the API, as JSON. */
function replyWith({ answer, fromCache }: Outcome, { session, trace }: Asked): string {
  trace.note.fromCache = fromCache
  trace.note.model = answer.model
  trace.note.handoff = answer.handoff?.reason
  return replyText({ answer, fromCache, session, requestId: trace.id, ms: performance.now() - trace.started })
}

/** Under an Idempotency-Key: the one that was given before, if any. */
function replyOnce(parts: Parts, asked: Asked, key: string) {
  const { session, message, signal } = asked
  const work = async () => JSON.parse(await reply(parts, asked)) as Reply
  return once(parts.shared, { key, session, request: message, signal: signal() }, work)
}

/** The same answer as it is made: `token` and `restart` events, then `sources` and `done`, or `error`. */
function stream(parts: Parts, asked: Asked, headers: Record<string, string>): Response {
  const { trace } = asked
  const left = new AbortController()
  const signal = AbortSignal.any([asked.signal(), left.signal])
  const { response, ended } = eventStream(
    async ({ send }) => {
      let heard = ''
      try {
        const hear = (event: FlightEvent) => {
          heard = event.type === 'token' ? heard + event.text : ''
          send(event.type, event.type === 'token' ? { text: event.text } : {})
        }
        const here = { ...asked, signal: () => signal, hear }
        const given =
          asked.key === null
            ? (JSON.parse(await reply(parts, here)) as Reply)
            : (await replyOnce(parts, here, asked.key)).reply
        if (heard.trim() !== given.message) {
          if (heard !== '') send('restart', {})
          send('token', { text: given.message })
        }
        send('sources', given.metadata.sources)
        send('done', given)
      } catch (error) {
        if (signal.aborted) return
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
