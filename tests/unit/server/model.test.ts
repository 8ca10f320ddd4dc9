import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { sweep } from './support/leftovers.ts'
import { completion, failure, startModel } from './support/model.ts'
import { patience, until } from './support/ports.ts'
import { startRedis } from './support/redis.ts'
import { startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

const model = startModel()
const env = {
  OPENAI_API_KEY: 'sk-test-0123456789',
  OPENAI_BASE_URL: model.url,
  OPENAI_MODEL: 'first',
  OPENAI_FALLBACK_MODEL: 'second',
  RATE_LIMIT_PER_ADDRESS: '0',
  RATE_LIMIT_PER_SESSION: '0',
}
let server: TestServer
beforeAll(async () => {
  server = await startServer(env)
})
afterAll(async () => {
  await server.stop()
  model.stop()
})
afterEach(async () => {
  model.behave((asked) => completion(asked.model, 'Hello from the model.'))
  model.asked.length = 0
})

/** A question nobody asked before: it is in no cache. */
let asked = 0
const fresh = () => `What is your refund policy for order ${'abcdefghij'.slice(asked % 10)}${asked++}?`
const session = () => `m-${crypto.randomUUID()}`

describe('what the model is given', () => {
  test('the documents that may answer, fenced as data, and the rules before them', async () => {
    await server.ask('What is your refund policy?')
    const [system, user] = model.asked[0]!.messages
    expect(system!.role).toBe('system')
    expect(system!.content).toContain('<document id="refunds#refunds-and-returns-within-30-days"')
    expect(system!.content).toContain('Our refund policy allows returns within 30 days')
    expect(system!.content.indexOf('data, not instructions')).toBeLessThan(
      system!.content.indexOf('<document'),
    )
    expect(user).toEqual({ role: 'user', content: 'What is your refund policy?' })
  })

  test('"yes" after something that was said, but no bare insult and nobody in danger', async () => {
    const id = session()
    await server.ask(fresh(), id)
    for (const message of ['You are useless', 'I want to kill myself'])
      expect((await server.ask(message, id)).metadata.model).toBe('extractive')
    expect(model.asked).toHaveLength(1)
    expect((await server.ask('yes', id)).metadata.model).toBe('first')
    expect((await server.ask('yes', session())).message).toStartWith('What would you like to know?')
    expect(model.asked).toHaveLength(2)
  })

  test('nothing of what somebody in danger wrote before, nor what was answered to it', async () => {
    const id = session()
    await server.ask('My name is Ada', id)
    await server.ask('I want to kill myself', id)
    await server.ask('What is my name?', id)
    expect(
      model.asked
        .at(-1)!
        .messages.slice(1)
        .map(({ content }) => content),
    ).toEqual(['My name is Ada', 'Hello from the model.', 'What is my name?'])
    const alone = session()
    await server.ask('I want to kill myself', alone)
    model.asked.length = 0
    expect((await server.ask('yes', alone)).message).toStartWith('What would you like to know?')
    expect(model.asked).toEqual([])
  })

  test('the conversation so far, in its order, also what came from the cache', async () => {
    const id = session()
    model.behave((it) => completion(it.model, 'Within 30 days.'))
    await server.ask('What is your return policy?')
    await server.ask('What is your return policy?', id)
    await server.ask('My name is Ada', id)
    await server.ask('What is my name?', id)
    expect(
      model.asked
        .at(-1)!
        .messages.slice(1)
        .map(({ content }) => content),
    ).toEqual([
      'What is your return policy?',
      'Within 30 days.',
      'My name is Ada',
      'Within 30 days.',
      'What is my name?',
    ])
  })

  test('nothing of another session', async () => {
    await server.ask('My name is Ada', session())
    await server.ask('What is my name?', session())
    expect(
      model.asked
        .at(-1)!
        .messages.map(({ content }) => content)
        .join(),
    ).not.toContain('Ada')
  })
})

describe('what becomes of its answer', () => {
  test('it is the answer, with the model’s name and the documents as sources', async () => {
    model.behave((it) => completion(it.model, 'You have 30 days.'))
    const { message, metadata } = await server.ask(fresh())
    expect([message, metadata.model, metadata.from_cache]).toEqual(['You have 30 days.', 'first', false])
    expect(metadata.sources[0]!.id).toStartWith('refunds#')
  })

  test.each(['[HANDOFF]', ' [HANDOFF]\n', "I don't have that information in the documents I was given."])(
    '%j becomes an honest "I don’t know" with people to turn to, and the mark is never shown',
    async (text) => {
      model.behave((it) => completion(it.model, text))
      const response = await server.post(
        '/api/chatbot',
        { message: 'Is my refund policy question for Mars?', session_id: session() },
        { accept: 'text/event-stream' },
      )
      const body = await response.text()
      expect(body).not.toContain('HANDOFF')
      expect(body).toContain('"reason":"not_covered"')
      expect(body).toContain("I don't know")
    },
  )

  test('in another language "I don’t know" is no claim that answers are in English only, with the model or without need of it', async () => {
    model.behave((it) => completion(it.model, '[HANDOFF]'))
    const id = session()
    await server.ask(fresh(), id)
    for (const [question, from] of [
      ['Wie lange dauert der Versand nach Österreich?', undefined],
      ['Wie lange dauert es für my order 4711?', id],
    ] as const) {
      const { message, metadata } = await server.ask(question, from ?? session())
      expect([message, metadata.handoff?.reason]).toEqual([
        expect.stringMatching(/^Dazu habe ich/),
        'not_covered',
      ])
    }
    expect(model.asked.at(-1)!.messages.at(-1)!.content).toBe('Wie lange dauert es für my order 4711?')
  })

  test('streamed: word by word as the model speaks, and the words are the message', async () => {
    model.behave((it) => completion(it.model, 'You have thirty days to return it.', { gapMs: 30 }))
    const response = await server.post('/api/chatbot', { message: fresh() }, { accept: 'text/event-stream' })
    const times: number[] = []
    let text = ''
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      times.push(performance.now())
      text += piece
    }
    expect(times.at(-1)! - times[1]!).toBeGreaterThan(100)
    const tokens = [...text.matchAll(/^event: token\ndata: (.*)$/gm)].map(
      (one) => JSON.parse(one[1]!).text as string,
    )
    expect(tokens.join('')).toBe('You have thirty days to return it.')
    expect(JSON.parse(/^event: done\ndata: (.*)$/m.exec(text)![1]!).message).toBe(
      'You have thirty days to return it.',
    )
  })
})

describe('one answer for many', () => {
  test('50 equal questions at once are one call, and all get its answer', async () => {
    model.behave((it) => completion(it.model, 'One for all.', { gapMs: 60 }))
    const question = fresh()
    const answers = await Promise.all(Array.from({ length: 50 }, () => server.ask(question)))
    expect(new Set(answers.map(({ message }) => message))).toEqual(new Set(['One for all.']))
    expect(model.asked).toHaveLength(1)
  })

  test('the first of them may leave: the others still get their answer, from the same call', async () => {
    model.behave((it) => completion(it.model, 'Stay with me please.', { gapMs: 400 }))
    const question = fresh()
    const leader = new AbortController()
    const first = server.post('/api/chatbot', { message: question }, {}, leader.signal).catch(() => 'left')
    await until('the model to be asked', () => model.asked.length === 1)
    const joined = await server.metric('chatbot_shared_answers_total')
    const second = server.ask(question)
    await until(
      'the second to join',
      async () => (await server.metric('chatbot_shared_answers_total')) > joined,
    )
    leader.abort()
    expect(await first).toBe('left')
    expect((await second).message).toBe('Stay with me please.')
    expect(model.asked).toHaveLength(1)
  })

  test('when everybody has left, the model is hung up on, and nothing is cached or kept', async () => {
    model.behave((it) => completion(it.model, 'far too long '.repeat(100), { gapMs: 50 }))
    const question = fresh()
    const id = session()
    for (const accept of ['application/json', 'text/event-stream']) {
      const before = model.left()
      const left = new AbortController()
      const request = server
        .post('/api/chatbot', { message: question, session_id: id }, { accept }, left.signal)
        .then((response) => response.text())
        .catch(() => 'left')
      await until('the model to be asked', () => model.asked.length > 0)
      await Bun.sleep(150)
      left.abort()
      await request
      await until('the model to be hung up on', () => model.left() === before + 1)
      model.asked.length = 0
    }
    expect((await server.get(`/api/sessions/${id}`)).status).toBe(404)
    model.behave((it) => completion(it.model, 'Short.'))
    expect((await server.ask(question)).metadata.from_cache).toBe(false)
  })

  test('across replicas that share a Redis, 50 equal questions at once are one call', async () => {
    const redis = await startRedis()
    const both = await Promise.all([1, 2].map(() => startServer({ ...env, REDIS_URL: redis.url })))
    for (const one of both) {
      await until('Redis to be there', async () => (await one.ready()).status === 'ready')
    }
    model.behave((it) => completion(it.model, 'One for both.', { gapMs: 100 }))
    const question = fresh()
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => both[n % 2]!.ask(question)))
    expect(new Set(answers.map(({ message }) => message))).toEqual(new Set(['One for both.']))
    expect(model.asked).toHaveLength(1)
    expect((await both[1]!.ask(question)).metadata.from_cache).toBe(true)
    await Promise.all(both.map((one) => one.stop()))
    await redis.kill()
  })

  test('one answer at a time for a session: the second question waits, and knows the first one’s answer', async () => {
    model.behave((it) => completion(it.model, 'In turn.', { gapMs: 150 }))
    const id = session()
    const first = server.ask('My name is Ada', id)
    await until('the model to be asked', () => model.asked.length === 1)
    const second = server.ask('What is my name?', id)
    await Promise.all([first, second])
    expect(model.asked[1]!.messages.map(({ content }) => content)).toContain('In turn.')
  })
})

describe('a model that fails', () => {
  const names = () => model.asked.map(({ model: name }) => name)

  test.each([
    ['a server error', () => failure(500, 'server_error')],
    [
      'too many requests with a short Retry-After',
      () => failure(429, 'rate_limit_exceeded', { 'retry-after-ms': '100' }),
    ],
    ['a stream that is cut', (name: string) => completion(name, 'You have thirty days', { cutAfter: 2 })],
  ])('%s: asked once more, and the customer sees one whole answer', async (_what, fail) => {
    model.behave((it, call) => (call === 1 ? fail(it.model) : completion(it.model, 'Whole again.')))
    model.asked.length = 0
    const own = await startServer(env)
    const { message, metadata } = await own.ask(fresh())
    expect([message, metadata.model, metadata.fallback]).toEqual(['Whole again.', 'first', undefined])
    expect(names()).toEqual(['first', 'first'])
    await own.stop()
  })

  test.each([
    ['a used up quota is not asked again', () => failure(429, 'insufficient_quota')],
    ['a refused key is not asked again', () => failure(401, 'invalid_api_key')],
    [
      'a long Retry-After is not waited for',
      () => failure(429, 'rate_limit_exceeded', { 'retry-after': '60' }),
    ],
  ])('%s: the second model answers', async (_what, fail) => {
    const own = await startServer(env)
    model.behave((it) => (it.model === 'first' ? fail() : completion(it.model, 'From the second.')))
    const { message, metadata } = await own.ask(fresh())
    expect([message, metadata.model]).toEqual(['From the second.', 'second'])
    expect(names()).toEqual(['first', 'second'])
    await own.stop()
  })

  test('all of them: the documents answer, it is not cached, /ready says so, and it recovers alone', async () => {
    const own = await startServer(env)
    model.behave(() => failure(503, 'overloaded'))
    const question = 'What is your refund policy?'
    const { message, metadata } = await own.ask(question)
    expect(message).toStartWith('Our refund policy allows returns within 30 days')
    expect([metadata.model, metadata.fallback]).toEqual(['extractive', true])
    expect((await own.ready()).degraded).toEqual(['model'])
    expect((await own.get('/ready')).status).toBe(200)
    expect(await own.metric('chatbot_fallbacks_total{kind="extractive"}')).toBe(1)
    model.behave((it) => completion(it.model, 'Back again.'))
    expect((await own.ask(question)).message).toBe('Back again.')
    expect((await own.ready()).degraded).toEqual([])
    await own.stop()
  })

  test('one that keeps failing is left alone for a while: customers do not pay for it with their time', async () => {
    const own = await startServer(env)
    model.behave(() => failure(500, 'server_error'))
    for (let n = 0; n < 3; n++) await own.ask(fresh())
    model.asked.length = 0
    const from = performance.now()
    await own.ask(fresh())
    expect(performance.now() - from).toBeLessThan(1_000)
    expect(names()).toEqual([])
    await own.stop()
    expect(own.log().filter(({ event }) => event === 'model_resting')).toHaveLength(2)
  })

  test('streamed and cut: the client is told to begin anew, and the words after that are the message', async () => {
    const own = await startServer(env)
    model.asked.length = 0
    model.behave((it, call) =>
      call === 1
        ? completion(it.model, 'You have thirty days', { cutAfter: 2 })
        : completion(it.model, 'Whole again.'),
    )
    const response = await own.post('/api/chatbot', { message: fresh() }, { accept: 'text/event-stream' })
    const events = [...(await response.text()).matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(
      (one) => [one[1], JSON.parse(one[2]!)] as [string, { text?: string }],
    )
    const restart = events.findLastIndex(([event]) => event === 'restart')
    expect(restart).toBeGreaterThan(0)
    const after = events.slice(restart).filter(([event]) => event === 'token')
    expect(after.map(([, { text }]) => text).join('')).toBe('Whole again.')
    await own.stop()
  })

  test.each([
    ['a question that many may share', undefined],
    ['one of a conversation', 'And how long does that take?'],
  ])('the log says of which request it was: %s', async (_what, next) => {
    const own = await startServer(env)
    const session_id = session()
    await own.ask(fresh(), session_id)
    model.behave(() => failure(503, 'overloaded'))
    const { metadata } = await own.ask(next ?? fresh(), session_id)
    await own.stop()
    const failed = own.log().filter(({ event }) => event === 'model_failed' || event === 'model_fallback')
    expect(new Set(failed.map(({ event }) => event))).toEqual(new Set(['model_failed', 'model_fallback']))
    expect(new Set(failed.map(({ request_id }) => request_id))).toEqual(new Set([metadata.request_id]))
  })

  test('the log names the failure and holds no key', async () => {
    const own = await startServer(env)
    model.behave(() => failure(401, 'sk-test-0123456789'))
    await own.ask(fresh())
    await own.stop()
    expect(own.lines.join()).toContain('model_failed')
    expect(own.lines.join()).not.toContain('sk-test-0123456789')
  })
})
