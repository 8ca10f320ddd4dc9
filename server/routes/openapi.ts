import { ref, schemas, sessionId } from './openapi-schemas.ts'

const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const failure = (description: string) => ({ description, ...json(ref('Error')) })

const badBody = {
  400: failure('The body is not JSON.'),
  413: failure('The body is too large.'),
  415: failure('The body is not declared as JSON.'),
  422: failure('The body is JSON, but not what is asked for.'),
}
const limited = {
  429: failure('Too many requests, or the session is still being answered; Retry-After says when.'),
}

const admin = (summary: string) => ({ summary, tags: ['administration'], security: [{ token: [] }] })
const done = (properties: object) => ({ description: 'Done.', ...json({ type: 'object', properties }) })
const unauthorized = { 401: failure('This needs the administration token.') }

const session = { name: 'id', in: 'path', required: true, schema: sessionId }

/** The document at /docs/json. A test holds it against the routes that exist. */
export function openApi(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tria chatbot',
      version,
      description: "Customer service answers from the company's own policy documents.",
    },
    paths: {
      '/api/chatbot': {
        post: {
          summary: 'Ask a question',
          tags: ['chat'],
          description:
            'Answers as JSON; with `Accept: text/event-stream` as server-sent events: `token` {text}, `restart` {} (forget the tokens so far), `sources` [...], `done` (the JSON answer) or `error`.',
          parameters: [
            {
              name: 'Idempotency-Key',
              in: 'header',
              schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,128}$' },
              description:
                'Asked again under the same key, the same question gets the answer that was given.',
            },
          ],
          requestBody: { required: true, ...json(ref('Question')) },
          responses: {
            200: {
              description: 'The answer.',
              content: {
                'application/json': { schema: ref('Answer') },
                'text/event-stream': { schema: { type: 'string' } },
              },
            },
            ...badBody,
            ...limited,
          },
        },
      },
      '/health': {
        get: {
          summary: 'Is this process alive?',
          tags: ['operation'],
          responses: { 200: { description: 'Alive.', ...json(ref('Health')) } },
        },
      },
      '/ready': {
        get: {
          summary: 'Should it get requests, and what is degraded?',
          tags: ['operation'],
          responses: {
            200: {
              description: 'Yes; `degraded` names the parts that are replaced for now.',
              ...json(ref('Ready')),
            },
            503: { description: 'Starting, stopping, or nothing can be answered.', ...json(ref('Ready')) },
          },
        },
      },
      '/metrics': {
        get: {
          summary: 'Metrics for Prometheus',
          tags: ['operation'],
          responses: {
            200: { description: 'Text format 0.0.4.', content: { 'text/plain': {} } },
            401: failure('Through a load balancer: not the administration token.'),
            404: failure('Through a load balancer: there is no administration token.'),
          },
        },
      },
      '/api/sessions/{id}': {
        get: {
          summary: 'The messages of a session',
          tags: ['chat'],
          parameters: [session],
          responses: {
            200: { description: 'Oldest first.', ...json(ref('Session')) },
            404: failure('No such session.'),
            422: failure('Not a session id.'),
            503: failure('The database is away.'),
          },
        },
        delete: {
          summary: 'Erase a session',
          tags: ['chat'],
          parameters: [session],
          responses: {
            200: {
              description: 'How many messages were erased.',
              ...json({ type: 'object', properties: { erased: { type: 'integer' } } }),
            },
            422: failure('Not a session id.'),
            503: failure('The database is away: nothing was erased for good.'),
          },
        },
      },
      '/api/feedback': {
        post: {
          summary: 'Say whether an answer helped',
          tags: ['chat'],
          requestBody: { required: true, ...json(ref('Feedback')) },
          responses: {
            201: {
              description: 'Noted.',
              ...json({ type: 'object', properties: { id: { type: 'string' } } }),
            },
            ...badBody,
            ...limited,
            503: failure('The database is away.'),
          },
        },
      },
      '/api/admin/cache/purge': {
        post: {
          ...admin('Empty the cache of answers, for all replicas'),
          responses: { 200: done({ purged: { type: 'integer' } }), ...unauthorized },
        },
      },
      '/api/admin/knowledge/reload': {
        post: {
          ...admin('Read the policy documents anew, on all replicas'),
          responses: {
            200: done({
              documents: { type: 'integer' },
              sections: { type: 'integer' },
              hash: { type: 'string' },
            }),
            422: failure('A document cannot be read; the old ones stay.'),
            ...unauthorized,
          },
        },
      },
      '/api/admin/unanswered': {
        get: {
          ...admin('Questions that the documents did not answer, newest first'),
          parameters: [
            {
              name: 'limit',
              in: 'query',
              schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
            },
          ],
          responses: {
            200: done({ questions: { type: 'array', items: ref('Unanswered') } }),
            503: failure('The database is away.'),
            ...unauthorized,
          },
        },
      },
      '/api/admin/model': {
        put: {
          ...admin('Switch the model off and on, for all replicas'),
          requestBody: {
            required: true,
            ...json({ type: 'object', properties: { enabled: { type: 'boolean' } } }),
          },
          responses: { 200: done({ enabled: { type: 'boolean' } }), ...badBody, ...unauthorized },
        },
      },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas,
    },
  }
}
