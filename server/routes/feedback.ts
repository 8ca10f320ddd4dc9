import { Elysia } from 'elysia'
import * as v from 'valibot'
import { Refusal } from '../errors.ts'
import { readJson } from '../http/body.ts'
import { traceOf } from '../http/trace.ts'
import { countRequest, type RateLimits, rateHeaders } from '../limits/rate.ts'
import { withoutCards } from '../logging/redact.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Shared } from '../shared/shared.ts'
import type { Store } from '../store/store.ts'
import { SessionId } from './chat.ts'

const Body = v.strictObject(
  {
    session_id: SessionId,
    request_id: v.pipe(
      v.string('must be a string'),
      v.regex(/^[A-Za-z0-9_.:=;-]{8,128}$/, 'is not a request id'),
    ),
    rating: v.picklist(['up', 'down'], 'must be up or down'),
    comment: v.optional(
      v.pipe(
        v.string('must be a string'),
        v.maxLength(1000, 'must have at most 1000 characters'),
        v.transform((text) => withoutCards(text.toWellFormed().replaceAll('\0', ''))),
      ),
    ),
  },
  (issue) =>
    issue.expected === 'never'
      ? 'is not a known field'
      : 'must be an object with session_id, request_id and rating',
)

interface Parts {
  store: Store
  shared: Shared
  limits: RateLimits
  maxBodyBytes: number
  metrics: Metrics
}

/** `POST /api/feedback`: did that answer help? */
export function feedbackRoute({ store, shared, limits, maxBodyBytes, metrics }: Parts) {
  return new Elysia().post(
    '/api/feedback',
    async ({ request }) => {
      const { session_id, request_id, rating, comment } = await readJson(request, maxBodyBytes, Body)
      const who = { session: session_id, address: traceOf(request).address }
      const verdict = await countRequest(shared, limits, who, (limit) => metrics.limited.inc(limit))
      const id = Bun.randomUUIDv7()
      const createdAt = new Date().toISOString()
      await store
        .addFeedback({ id, session: session_id, requestId: request_id, rating, comment, createdAt })
        .catch(() => {
          throw new Refusal(503, 'store_unavailable', 'Feedback cannot be kept for now.', {
            'retry-after': '5',
          })
        })
      return Response.json({ id }, { status: 201, headers: verdict ? rateHeaders(verdict) : {} })
    },
    { parse: 'none' },
  )
}
