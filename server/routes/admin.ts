import { Elysia } from 'elysia'
import * as v from 'valibot'
import type { DirectiveBoard } from '../admin/directives.ts'
import { adminGuard } from '../admin/token.ts'
import type { AnswerCache } from '../answer/cache.ts'
import { Refusal } from '../errors.ts'
import { readJson } from '../http/body.ts'
import type { Policies } from '../policies.ts'
import type { Store } from '../store/store.ts'

const ModelSwitch = v.strictObject(
  { enabled: v.boolean('must be true or false') },
  'must be an object with enabled only',
)

interface Parts {
  adminToken: string | undefined
  cache: AnswerCache
  board: DirectiveBoard
  store: Store
  policies: Policies
  maxBodyBytes: number
}

/** What an operator may do without a deployment; all of it needs the token. */
export function adminRoutes({ adminToken, cache, board, store, policies, maxBodyBytes }: Parts) {
  const guard = adminGuard(adminToken)
  return new Elysia()
    .post(
      '/api/admin/cache/purge',
      async ({ request }) => {
        guard(request)
        return Response.json({ purged: await cache.purge() })
      },
      { parse: 'none' },
    )
    .post(
      '/api/admin/knowledge/reload',
      async ({ request }) => {
        guard(request)
        await board.decide({ knowledge: new Date().toISOString() }).catch((error: Error) => {
          throw new Refusal(422, 'documents_unreadable', error.message)
        })
        const { documents, sections, hash } = policies.knowledge
        return Response.json({ documents, sections: sections.length, hash })
      },
      { parse: 'none' },
    )
    .get('/api/admin/unanswered', async ({ request, query }) => {
      guard(request)
      const limit = Math.min(Math.max(Number.parseInt(query.limit ?? '50', 10) || 50, 1), 500)
      const questions = await store.unanswered(limit).catch(() => {
        throw new Refusal(503, 'store_unavailable', 'The questions cannot be read for now.', {
          'retry-after': '5',
        })
      })
      return Response.json({
        questions: questions.map(({ question, session, askedAt }) => ({
          question,
          session_id: session,
          asked_at: askedAt,
        })),
      })
    })
    .put(
      '/api/admin/model',
      async ({ request }) => {
        guard(request)
        const { enabled } = await readJson(request, maxBodyBytes, ModelSwitch)
        await board.decide({ modelEnabled: enabled })
        return Response.json({ enabled })
      },
      { parse: 'none' },
    )
}
