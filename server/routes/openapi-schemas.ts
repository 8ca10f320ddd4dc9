export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })

export const sessionId = {
  type: 'string',
  pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$',
  description:
    'Chosen by the client; the conversation is remembered under it. Made by the server when left out.',
}

/** What goes in and out of the API, by name. */
export const schemas = {
  Question: {
    type: 'object',
    required: ['message'],
    additionalProperties: false,
    properties: {
      message: {
        type: 'string',
        minLength: 1,
        maxLength: 2000,
        example: 'What is your refund policy?',
      },
      session_id: { ...sessionId, example: 'test-session-001' },
    },
  },
  Answer: {
    type: 'object',
    required: ['message', 'session_id', 'metadata'],
    properties: {
      message: {
        type: 'string',
        example: 'Our refund policy allows returns within 30 days of delivery.',
      },
      session_id: { type: 'string' },
      metadata: {
        type: 'object',
        required: ['from_cache', 'processing_time', 'sources', 'model', 'request_id'],
        properties: {
          from_cache: { type: 'boolean' },
          processing_time: { type: 'string', example: '2.3s' },
          sources: { type: 'array', items: ref('Source') },
          model: {
            type: 'string',
            description: 'The model, or `extractive`: the documents in their own words.',
          },
          handoff: ref('Handoff'),
          fallback: { type: 'boolean', description: 'Set when the model could not be reached.' },
          request_id: { type: 'string' },
        },
      },
    },
  },
  Source: {
    type: 'object',
    properties: {
      id: { type: 'string', example: 'refunds#refunds-and-returns-within-30-days' },
      title: { type: 'string' },
      section: { type: 'string' },
      updated: { type: 'string', format: 'date' },
    },
  },
  Handoff: {
    type: 'object',
    properties: {
      reason: { enum: ['not_covered', 'asked_for_a_person', 'upset', 'in_danger'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
  },
  Session: {
    type: 'object',
    properties: {
      session_id: { type: 'string' },
      messages: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            role: { enum: ['user', 'assistant'] },
            content: { type: 'string' },
            created_at: { type: 'string', format: 'date-time' },
            sources: {
              type: 'array',
              items: ref('Source'),
              description: 'Of an answer; sections that are no more are left out.',
            },
          },
        },
      },
    },
  },
  Feedback: {
    type: 'object',
    required: ['session_id', 'request_id', 'rating'],
    additionalProperties: false,
    properties: {
      session_id: sessionId,
      request_id: { type: 'string', description: "The answer's `metadata.request_id`." },
      rating: { enum: ['up', 'down'] },
      comment: { type: 'string', maxLength: 1000 },
    },
  },
  Health: {
    type: 'object',
    properties: { status: { const: 'healthy' }, version: { type: 'string', example: '1.1.0' } },
  },
  Ready: {
    type: 'object',
    properties: {
      status: { enum: ['ready', 'degraded', 'starting', 'stopping', 'unable'] },
      degraded: { type: 'array', items: { type: 'string' } },
      parts: { type: 'object' },
    },
  },
  Unanswered: {
    type: 'object',
    properties: {
      question: { type: 'string' },
      session_id: { type: 'string' },
      asked_at: { type: 'string', format: 'date-time' },
    },
  },
  Error: {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: {
          code: { type: 'string' },
          message: { type: 'string' },
          request_id: { type: 'string' },
        },
      },
    },
  },
}
