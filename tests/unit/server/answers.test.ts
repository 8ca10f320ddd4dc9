import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { sweep } from './support/leftovers.ts'
import { patience } from './support/ports.ts'
import { startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

/** A fresh clone with nothing else: embedded store, memory, no model. */
describe('server with no configuration at all', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ RATE_LIMIT_PER_ADDRESS: '0' })
  })
  afterAll(() => server.stop())

  test('/health is exactly the two members of the guide', async () => {
    const response = await server.get('/health')
    expect(await response.text()).toBe('{"status":"healthy","version":"1.1.0"}')
    expect(response.headers.get('content-type')).toStartWith('application/json')
  })

  test('POST /api/chatbot answers the guide’s question from the refund policy, then from the cache', async () => {
    const first = await server.ask('What is your refund policy?', 'test-session-001')
    expect(first.message).toStartWith('Our refund policy allows returns within 30 days')
    expect(first.session_id).toBe('test-session-001')
    expect(first.metadata.from_cache).toBe(false)
    expect(first.metadata.processing_time).toMatch(/^\d+\.\d+s$/)
    expect(first.metadata.sources[0]?.id).toBe('refunds#refunds-and-returns-within-30-days')
    const second = await server.ask('what is your REFUND policy', 'test-session-002')
    expect(second.metadata.from_cache).toBe(true)
    expect(second.message).toBe(first.message)
  })

  test('a follow-up is understood from what was asked before, and never cached', async () => {
    await server.ask('What is your refund policy?', 'follow')
    const second = await server.ask('How long does it take to get it?', 'follow')
    expect(second.message).toContain('5 business days')
    expect(second.metadata.from_cache).toBe(false)
    const alone = await server.ask('How long does it take to get it?', 'someone-else')
    expect(alone.metadata.from_cache).toBe(false)
  })

  test.each([
    ['What is your refund policy?', 'How long does it take?', /^We refund within 5 business days/],
    ['What is your refund policy?', 'What about damaged items?', /^If an item arrives damaged/],
    ['Do you ship to Canada?', 'And Mexico?', /Canada and to Mexico/],
    ['When are you open?', 'And on Sunday?', /On Sundays we are closed/],
    ['How long does shipping take?', 'How much is it?', /^Standard shipping costs/],
    ['How long is the warranty?', 'Can I extend it?', /^You can extend the warranty/],
    ['My order number is A-17.', 'What is my order number?', /A-17/],
    ['Do you ship to Canada?', 'What did I just ask?', /Do you ship to Canada\?/],
  ])('%s – %s', async (first, second, answer) => {
    const session = crypto.randomUUID()
    await server.ask(first, session)
    expect((await server.ask(second, session)).message).toMatch(answer)
  })

  test('a follow-up of a follow-up is still about what was asked first', async () => {
    const session = crypto.randomUUID()
    for (const question of ['Do you have parking?', 'Is it free?', 'How long?'])
      expect((await server.ask(question, session)).message).toStartWith('Parking is free for 60 minutes')
    expect((await server.ask('How long?', session)).message).toStartWith('Parking is free for 60 minutes')
  })

  test.each([
    ['Hello!', /^Hello! I can answer/],
    ['thank you so much', /^You are welcome/],
    ['I want to talk to a human', /1-800-555-0142/],
  ])('%s is answered as a person would', async (message, answer) => {
    expect((await server.ask(message)).message).toMatch(answer)
  })

  test('what the documents do not cover is said so, with people to turn to', async () => {
    const { message, metadata } = await server.ask('What is the capital of France?')
    expect(message).toStartWith("I don't know")
    expect(metadata.handoff).toEqual({
      reason: 'not_covered',
      phone: '1-800-555-0142',
      email: 'support@tria.example',
    } as never)
    expect(metadata.sources).toEqual([])
  })

  test('/ready names the parts and that the model is off', async () => {
    const ready = await server.ready()
    expect(ready.status).toBe('ready')
    expect(ready.parts.model?.status).toBe('off')
    expect(ready.parts.knowledge?.status).toBe('ok')
  })

  test('as server-sent events: token, sources, done, with the same answer', async () => {
    const response = await server.post(
      '/api/chatbot',
      { message: 'Do you ship to Canada?' },
      { accept: 'text/event-stream' },
    )
    expect(response.headers.get('content-type')).toStartWith('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const events = [...(await response.text()).matchAll(/^event: (\w+)\ndata: (.*)$/gm)]
    expect(events.map((event) => event[1])).toEqual(['token', 'sources', 'done'])
    const done = JSON.parse(events.at(-1)![2]!) as { message: string }
    expect(JSON.parse(events[0]![2]!)).toEqual({ text: done.message })
  })

  test('GET /api/sessions/:id names the sources of each answer, also of one from the cache and of several questions', async () => {
    const question = 'Do you ship to Canada and when are you open?'
    const first = await server.ask(question, 'cited-1')
    const again = await server.ask(question, 'cited-2')
    expect([first.metadata.from_cache, again.metadata.from_cache]).toEqual([false, true])
    await server.ask('What is the capital of France?', 'cited-2')
    for (const [id, expected] of [
      ['cited-1', [undefined, first.metadata.sources]],
      ['cited-2', [undefined, first.metadata.sources, undefined, []]],
    ] as const) {
      const { messages } = (await (await server.get(`/api/sessions/${id}`)).json()) as {
        messages: { sources?: object[] }[]
      }
      expect(messages.map(({ sources }) => sources)).toEqual(expected as never)
    }
  })

  test('GET and DELETE /api/sessions/:id: what was said, and its erasure', async () => {
    await server.ask('When are you open?', 'erase-me')
    const session = (await (await server.get('/api/sessions/erase-me')).json()) as {
      messages: { role: string }[]
    }
    expect(session.messages.map(({ role }) => role)).toEqual(['user', 'assistant'])
    const erased = await server.get('/api/sessions/erase-me', { method: 'DELETE' })
    expect(await erased.json()).toEqual({ erased: 2 })
    expect((await server.get('/api/sessions/erase-me')).status).toBe(404)
  })

  test('POST /api/feedback is kept', async () => {
    const { metadata, session_id } = await server.ask('When are you open?')
    const response = await server.post('/api/feedback', {
      session_id,
      request_id: metadata.request_id,
      rating: 'up',
      comment: 'quick',
    })
    expect(response.status).toBe(201)
  })

  test('a request id is taken over, and made when it is unfit', async () => {
    const own = await server.get('/health', { headers: { 'x-request-id': 'abc-12345678' } })
    expect(own.headers.get('x-request-id')).toBe('abc-12345678')
    const bad = await server.get('/health', { headers: { 'x-request-id': '"}{bad' } })
    expect(bad.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('the page and the docs name no address but our own', async () => {
    for (const path of ['/', '/page.css', '/page.js', '/docs', '/docs/start.js']) {
      const text = await (await server.get(path)).text()
      expect(text.match(/https?:\/\/(?!www\.w3\.org)[^\s"'`)]+/g) ?? []).toEqual([])
    }
    for (const path of ['/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/icon.svg']) {
      expect((await server.get(path)).status).toBe(200)
    }
  })
})
