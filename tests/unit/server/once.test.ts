import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { sweep } from './support/leftovers.ts'
import { completion, startModel } from './support/model.ts'
import { patience } from './support/ports.ts'
import { type Answered, startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

describe('Idempotency-Key', () => {
  const model = startModel((asked, call) => completion(asked.model, `Answer number ${call}.`, { gapMs: 40 }))
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: model.url })
  })
  afterAll(async () => {
    await server.stop()
    model.stop()
  })
  const ask = (message: string, session: string | undefined, key: string) =>
    server.post(
      '/api/chatbot',
      { message, ...(session ? { session_id: session } : {}) },
      { 'idempotency-key': key },
    )

  test('the same question under the same key is answered once, also when both come at once', async () => {
    const both = await Promise.all([1, 2].map(() => ask('My name is Ada', 'once', 'k1')))
    const [first, second] = (await Promise.all(both.map((response) => response.json()))) as Answered[]
    expect(first).toEqual(second!)
    expect(both.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(1)
    const again = await ask('My name is Ada', 'once', 'k1')
    expect((await again.json()) as Answered).toEqual(first!)
    expect(model.asked).toHaveLength(1)
    const { messages } = (await (await server.get('/api/sessions/once')).json()) as { messages: unknown[] }
    expect(messages).toHaveLength(2)
  })

  test('another question under the same key is refused; another key or session is another answer', async () => {
    expect((await ask('My name is Bob', 'once', 'k1')).status).toBe(422)
    const other = (await (await ask('My name is Ada', 'twice', 'k1')).json()) as Answered
    expect(other.message).toBe('Answer number 2.')
    expect((await ask('My name is Ada', 'once', 'k2')).headers.get('idempotency-replayed')).toBeNull()
  })

  test.each([
    ['without a session', undefined, 'k9'],
    ['with an unfit key', 'once', 'white space'],
  ])('%s it is refused with 422', async (_what, session, key) => {
    expect((await ask('My name is Ada', session, key)).status).toBe(422)
  })
})
