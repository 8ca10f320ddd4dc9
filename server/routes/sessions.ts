import { Elysia } from 'elysia'
import type { Conversations } from '../answer/conversation.ts'
import { type Source, sourceOf } from '../answer/types.ts'
import { Refusal } from '../errors.ts'
import type { Section } from '../retrieval/documents.ts'
import { sessionPattern } from './chat.ts'

const away = () =>
  new Refusal(503, 'store_unavailable', 'The conversations cannot be reached for now.', {
    'retry-after': '5',
  })

function sessionOf(id: string): string {
  if (!sessionPattern.test(id)) throw new Refusal(422, 'invalid_session_id', 'That is not a session id.')
  return id
}

/** Ids are stored, and named by the documents of today: a section that is no more is left out. */
function sourcesOf(ids: string[], sections: Section[]): Source[] {
  return ids.flatMap((id) =>
    sections.filter((section) => section.id === id).map((section) => sourceOf({ section })),
  )
}

/** What was said in a session, and its erasure. Whoever knows the id may have both: an id is to be kept like a key. */
export function sessionRoutes(conversations: Conversations, sections: () => Section[]) {
  return new Elysia()
    .get('/api/sessions/:id', async ({ params }) => {
      const session = sessionOf(params.id)
      const messages = await conversations.transcript(session).catch(() => {
        throw away()
      })
      if (messages.length === 0) throw new Refusal(404, 'no_such_session', 'There is no such session.')
      return Response.json(
        {
          session_id: session,
          messages: messages.map(({ role, content, createdAt, sources }) => ({
            role,
            content,
            created_at: createdAt,
            ...(role === 'assistant' ? { sources: sourcesOf(sources ?? [], sections()) } : {}),
          })),
        },
        { headers: { 'cache-control': 'no-store' } },
      )
    })
    .delete('/api/sessions/:id', async ({ params }) => {
      const erased = await conversations.remove(sessionOf(params.id)).catch(() => {
        throw away()
      })
      return Response.json({ erased })
    })
}
