import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'
import { sweep } from './support/leftovers.ts'
import { patience } from './support/ports.ts'
import { startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

interface Refused {
  error: { code: string; message: string; request_id: string }
}

describe('every wrong request has its status and the one shape of error', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ MAX_BODY_BYTES: '4096', MAX_MESSAGE_LENGTH: '500' })
  })
  afterAll(() => server.stop())

  const ok = { message: 'What is your refund policy?', session_id: 'a' }
  const json = { 'content-type': 'application/json' }
  const cases: [string, string, string, RequestInit, number, string][] = [
    ['not JSON', 'POST', '/api/chatbot', { body: '{"message":', headers: json }, 400, 'malformed_json'],
    ['empty body', 'POST', '/api/chatbot', { headers: json }, 400, 'malformed_json'],
    ['no such address', 'GET', '/nope', {}, 404, 'not_found'],
    ['no such address, posted', 'POST', '/api/nope', { body: '{}', headers: json }, 404, 'not_found'],
    ['wrong method', 'GET', '/api/chatbot', {}, 405, 'method_not_allowed'],
    ['wrong method on /health', 'POST', '/health', { body: '{}', headers: json }, 405, 'method_not_allowed'],
    ['wrong method on a session', 'PUT', '/api/sessions/abc', {}, 405, 'method_not_allowed'],
    ['form body', 'POST', '/api/chatbot', { body: 'message=hi' }, 415, 'unsupported_media_type'],
    [
      'text body',
      'POST',
      '/api/chatbot',
      { body: 'hi', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    [
      'large body',
      'POST',
      '/api/chatbot',
      { body: JSON.stringify({ message: 'x'.repeat(5000) }), headers: json },
      413,
      'body_too_large',
    ],
    [
      'no message',
      'POST',
      '/api/chatbot',
      { body: '{"session_id":"a"}', headers: json },
      422,
      'invalid_body',
    ],
    [
      'empty message',
      'POST',
      '/api/chatbot',
      { body: JSON.stringify({ ...ok, message: ' \n' }), headers: json },
      422,
      'invalid_body',
    ],
    [
      'a number for a message',
      'POST',
      '/api/chatbot',
      { body: JSON.stringify({ ...ok, message: 5 }), headers: json },
      422,
      'invalid_body',
    ],
    [
      'a long message',
      'POST',
      '/api/chatbot',
      { body: JSON.stringify({ ...ok, message: 'y'.repeat(501) }), headers: json },
      422,
      'invalid_body',
    ],
    [
      'an unfit session id',
      'POST',
      '/api/chatbot',
      { body: JSON.stringify({ ...ok, session_id: '../x' }), headers: json },
      422,
      'invalid_body',
    ],
    [
      'a long session id',
      'POST',
      '/api/chatbot',
      { body: JSON.stringify({ ...ok, session_id: 'a'.repeat(129) }), headers: json },
      422,
      'invalid_body',
    ],
    [
      'an unknown field',
      'POST',
      '/api/chatbot',
      { body: JSON.stringify({ ...ok, sesion: 'a' }), headers: json },
      422,
      'invalid_body',
    ],
    ['an array', 'POST', '/api/chatbot', { body: '[]', headers: json }, 422, 'invalid_body'],
    ['null', 'POST', '/api/chatbot', { body: 'null', headers: json }, 422, 'invalid_body'],
    ['an unfit session in the path', 'GET', '/api/sessions/%2e%2e%2f', {}, 422, 'invalid_session_id'],
    ['an unknown session', 'GET', '/api/sessions/never-seen', {}, 404, 'no_such_session'],
    [
      'a wrong rating',
      'POST',
      '/api/feedback',
      { body: JSON.stringify({ session_id: 'a', request_id: 'abcdefgh', rating: 5 }), headers: json },
      422,
      'invalid_body',
    ],
  ]
  test.each(cases)('%s', async (_name, method, path, init, status, code) => {
    const response = await server.get(path, { method, ...init })
    const body = (await response.json()) as Refused
    expect([response.status, body.error.code]).toEqual([status, code])
    expect(body.error.request_id).toBe(response.headers.get('x-request-id')!)
    expect(body.error.message).toMatch(/^[\s\S]{5,200}$/)
  })

  test('405 names what is allowed, and OPTIONS asks for it', async () => {
    expect((await server.get('/api/chatbot')).headers.get('allow')).toBe('POST, OPTIONS')
    const options = await server.get('/health', { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
  })

  test('HEAD answers like GET, without the body', async () => {
    const response = await server.get('/health', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })

  test('a body whose length is not declared is still bounded, answered and not waited for', async () => {
    const answer = await raw(server.port, [
      'POST /api/chatbot HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      ...Array.from({ length: 8 }, () => `400\r\n${'z'.repeat(1024)}\r\n`),
    ])
    expect(answer).toStartWith('HTTP/1.1 413')
    expect(answer).toContain('"code":"body_too_large"')
  })

  test('a declared body far above the limit gets its JSON answer, not an empty one', async () => {
    const response = await server.get('/api/chatbot', {
      method: 'POST',
      headers: json,
      body: 'q'.repeat(20_000_000),
    })
    expect(response.status).toBe(413)
    expect(((await response.json()) as Refused).error.code).toBe('body_too_large')
  })

  test('control characters and broken surrogates are taken out, not stored', async () => {
    const answered = await server.post(
      '/api/chatbot',
      `{"message":"refund\\u0000 policy \\ud800?","session_id":"odd"}`,
    )
    expect(answered.status).toBe(200)
    const { messages } = (await (await server.get('/api/sessions/odd')).json()) as {
      messages: { content: string }[]
    }
    expect(messages[0]!.content).toBe('refund policy \ufffd?')
  })
})

/** Sends pieces over a plain connection and gives what came back until nothing comes for a moment. */
function raw(port: number, pieces: string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let heard = ''
  const socket = connect(port, '127.0.0.1', () => {
    for (const piece of pieces) socket.write(piece)
  })
  socket.setTimeout(1_000, () => socket.destroy())
  socket.on('data', (data) => {
    heard += data
  })
  socket.on('error', () => undefined)
  socket.on('close', () => resolve(heard))
  return promise
}
