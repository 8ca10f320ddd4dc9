import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { replyText } from '../../../server/answer/reply.ts'
import type { Answer } from '../../../server/answer/types.ts'

const source = { id: 'a#b', title: 'A', section: 'B', updated: '2026-01-01' }

test('replyText: valid JSON with the whole answer, whatever its text, and the same twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.boolean(), (text, model, fromCache) => {
      const answer: Answer = { text, model, sources: [source] }
      const given = { answer, fromCache, session: 's-1', requestId: 'r-12345678', ms: 4.6 }
      expect(replyText(given)).toBe(replyText(given))
      expect(JSON.parse(replyText(given))).toEqual({
        message: text,
        session_id: 's-1',
        metadata: {
          from_cache: fromCache,
          processing_time: '0.005s',
          sources: [source],
          model,
          request_id: 'r-12345678',
        },
      })
    }),
  )
})

test('replyText: handoff and fallback are there when they are, session and time are each request’s own', () => {
  const handoff = { reason: 'not_covered', phone: '1', email: 'e' } as const
  const answer: Answer = { text: 'x', model: 'm', sources: [], handoff, fallback: true }
  const at = (session: string, ms: number) =>
    JSON.parse(replyText({ answer, fromCache: false, session, requestId: 'r', ms }))
  expect(at('one', 1_234).metadata).toMatchObject({ handoff, fallback: true, processing_time: '1.2s' })
  expect([at('two', 1).session_id, at('three', 50).metadata.processing_time]).toEqual(['two', '0.050s'])
})
