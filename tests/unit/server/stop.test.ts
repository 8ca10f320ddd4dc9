import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Agent, request } from 'node:http'
import { sweep } from './support/leftovers.ts'
import { completion, startModel } from './support/model.ts'
import { patience, until } from './support/ports.ts'
import { startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

const model = startModel((asked) =>
  completion(asked.model, 'It took a while but here it is.', { gapMs: 120 }),
)
afterAll(() => model.stop())
const slow = { OPENAI_API_KEY: 'sk-test-0123456789', OPENAI_BASE_URL: model.url, RATE_LIMIT_PER_ADDRESS: '0' }

/**
 * Keeps asking over kept-alive connections, as a load balancer does: a connection that the server asks to close is not
 * followed by another one, and whatever else goes wrong is a failed request.
 */
async function underLoad(server: TestServer, clients: number) {
  const outcome = { answered: 0, failed: [] as string[] }
  const body = JSON.stringify({ message: 'What is your refund policy?', session_id: 'load' })
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  const once = (agent: Agent) =>
    new Promise<boolean>((resolve) => {
      const fail = (error: NodeJS.ErrnoException) => {
        outcome.failed.push(`${error.code} ${error.message}`)
        resolve(false)
      }
      const call = request(`${server.url}/api/chatbot`, { method: 'POST', agent, headers }, (response) => {
        let text = ''
        response.on('data', (piece) => {
          text += piece
        })
        response.on('error', fail)
        response.on('end', () => {
          if (response.statusCode === 200 && text.endsWith('}')) outcome.answered += 1
          else outcome.failed.push(`${response.statusCode} ${text}`)
          resolve(response.headers.connection !== 'close')
        })
      })
      call.on('error', fail)
      call.end(body)
    })
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      while (await once(agent)) await Bun.sleep(2)
      agent.destroy()
    }),
  )
  return outcome
}

describe('SIGTERM', () => {
  test('/ready fails at once while /health and answers go on for the drain time, then exit code 0', async () => {
    const server = await startServer({ DRAIN_SECONDS: '1' })
    server.child.kill('SIGTERM')
    await until('/ready to fail', async () => (await server.get('/ready')).status === 503)
    expect((await server.ready()).status).toBe('stopping')
    expect((await server.get('/health')).status).toBe(200)
    const answered = await server.get('/health')
    expect(answered.headers.get('connection')).toBe('close')
    expect((await server.ask('When are you open?')).message).toContain('8 a.m.')
    const from = performance.now()
    expect(await server.child.exited).toBe(0)
    expect(performance.now() - from).toBeLessThan(4_000)
    // Asked and answered as it should be: nobody is to be woken by it.
    expect(server.log().filter(({ level }) => level === 'error')).toEqual([])
  })

  test('under load over kept-alive connections: not one request fails', async () => {
    const server = await startServer({
      DRAIN_SECONDS: '1',
      RATE_LIMIT_PER_SESSION: '0',
      RATE_LIMIT_PER_ADDRESS: '0',
    })
    const load = underLoad(server, 20)
    await Bun.sleep(400)
    expect(await server.stop()).toBe(0)
    const { answered, failed } = await load
    expect(failed).toEqual([])
    expect(answered).toBeGreaterThan(40)
  })

  test('answers in the making are finished, as JSON and as a stream, and kept', async () => {
    const server = await startServer(slow)
    const json = server.ask('How do I start a return?', 'in-the-making')
    const stream = server
      .post('/api/chatbot', { message: 'How do I track a parcel?' }, { accept: 'text/event-stream' })
      .then((response) => response.text())
    await until('the model to be asked', () => model.asked.length === 2)
    expect(await server.stop()).toBe(0)
    expect((await json).message).toBe('It took a while but here it is.')
    expect(await stream).toContain('event: done')
    expect(server.log().at(-1)).toMatchObject({ event: 'stopped', flushed: true })
  })

  test('an answer that never ends does not hold the process beyond its stop time', async () => {
    const endless = startModel((asked) => completion(asked.model, 'word '.repeat(10_000), { gapMs: 50 }))
    const server = await startServer({ ...slow, OPENAI_BASE_URL: endless.url, STOP_SECONDS: '4' })
    const asked = server.ask('How do I start a return?').catch(() => 'cut')
    await until('the model to be asked', () => endless.asked.length === 1)
    const from = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - from).toBeLessThan(6_000)
    expect(await asked).toBe('cut')
    endless.stop()
  })

  test('SIGINT, a person’s Ctrl-C, does not wait for the drain time', async () => {
    const server = await startServer({ DRAIN_SECONDS: '20' })
    const from = performance.now()
    expect(await server.stop('SIGINT')).toBe(0)
    expect(performance.now() - from).toBeLessThan(5_000)
  })

  test('a second server on the same port fails with one clear line, it does not share it', async () => {
    const server = await startServer()
    const second = Bun.spawnSync([process.execPath, 'server/main.ts'], {
      env: { PATH: process.env.PATH ?? '', PORT: String(server.port), HOST: '127.0.0.1' },
      cwd: new URL('../../..', import.meta.url).pathname,
    })
    expect(second.exitCode).toBe(1)
    expect(second.stderr.toString()).toMatch(/in use/)
    await server.stop()
  })
})
