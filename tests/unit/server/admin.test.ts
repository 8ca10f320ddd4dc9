import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sweep } from './support/leftovers.ts'
import { completion, startModel } from './support/model.ts'
import { patience, until } from './support/ports.ts'
import { startRedis } from './support/redis.ts'
import { root, startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

const token = 'a-token-for-the-tests'
const bearer = { authorization: `Bearer ${token}` }
const model = startModel((asked) => completion(asked.model, 'From the model.'))
let redis: Awaited<ReturnType<typeof startRedis>>
let home: string
let one: TestServer
let two: TestServer

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tria-test-admin-'))
  const built = await Bun.build({ entrypoints: [join(root, 'server/main.ts')], target: 'bun', outdir: home })
  expect(built.success).toBe(true)
  for (const folder of ['knowledge', 'migrations']) {
    cpSync(join(root, 'server', folder), join(home, folder), { recursive: true })
  }
  redis = await startRedis()
  const env = {
    REDIS_URL: redis.url,
    ADMIN_TOKEN: token,
    OPENAI_API_KEY: 'sk-test-0123456789',
    OPENAI_BASE_URL: model.url,
  }
  ;[one, two] = await Promise.all([
    startServer(env, join(home, 'main.js')),
    startServer(env, join(home, 'main.js')),
  ])
  await until('Redis to be there', async () => (await two.ready()).degraded.length === 0)
})
afterAll(async () => {
  await Promise.all([one.stop(), two.stop()])
  await redis.kill()
  model.stop()
  rmSync(home, { recursive: true })
})

const put = (server: TestServer, enabled: unknown) =>
  server.get('/api/admin/model', {
    method: 'PUT',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify({ enabled }),
  })

describe('the administration', () => {
  test.each([
    ['no token', {}],
    ['a wrong one', { authorization: 'Bearer a-token-for-the-testz' }],
    ['another scheme', { authorization: `Basic ${token}` }],
    ['a longer one', { authorization: `Bearer ${token}x` }],
  ])('%s: 401 on every address, and nothing happens', async (_what, headers) => {
    for (const [method, path] of [
      ['POST', '/api/admin/cache/purge'],
      ['POST', '/api/admin/knowledge/reload'],
      ['GET', '/api/admin/unanswered'],
      ['PUT', '/api/admin/model'],
    ] as const) {
      const response = await one.get(path, { method, headers })
      expect([path, response.status, response.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer'])
    }
  })

  test('does not exist where no token is configured', async () => {
    const server = await startServer()
    expect((await server.get('/api/admin/unanswered', { headers: bearer })).status).toBe(404)
    await server.stop()
  })

  test('purge empties the cache of all replicas', async () => {
    await one.ask('What is your refund policy?')
    expect((await two.ask('What is your refund policy?')).metadata.from_cache).toBe(true)
    const purged = await two.post('/api/admin/cache/purge', '', bearer)
    expect(await purged.json()).toEqual({ purged: 1 })
    expect((await one.ask('What is your refund policy?')).metadata.from_cache).toBe(false)
  })

  test('the model switched off on one replica is off on the other, and answers are not cached as the model’s', async () => {
    expect((await put(one, 'yes')).status).toBe(422)
    expect(await (await put(one, false)).json()).toEqual({ enabled: false })
    const first = await one.ask('When are you open?')
    expect([first.metadata.model, first.metadata.fallback]).toEqual(['extractive', true])
    await until('the other to follow', async () => (await two.ready()).degraded.includes('model'))
    expect((await two.ask('When are you open?')).metadata.model).toBe('extractive')
    const { parts } = (await two.ready()) as { parts: { model?: { status: string; detail?: string } } }
    expect(parts.model?.detail).toStartWith('switched off')
    await put(two, true)
    await until('the first to follow', async () => !(await one.ready()).degraded.includes('model'))
    expect((await one.ask('When are you open?')).message).toBe('From the model.')
  })

  test('reloaded documents answer on every replica, and a broken one leaves the old ones in place', async () => {
    await put(one, false)
    await until('the other to follow', async () => (await two.ready()).degraded.includes('model'))
    const document = `---\nid: pets\ntitle: Pets\nupdated: 2026-11-01\n---\n\n## Dogs in the showroom\n\nDogs are welcome in our showroom on a lead.\n`
    writeFileSync(join(home, 'knowledge/pets.md'), document)
    const reloaded = await one.post('/api/admin/knowledge/reload', '', bearer)
    expect(((await reloaded.json()) as { documents: number }).documents).toBeGreaterThan(8)
    expect((await one.ask('Are dogs welcome in the showroom?')).message).toStartWith('Dogs are welcome')
    await until('the other to follow', async () =>
      (await two.ask('Are dogs welcome in the showroom?')).message.startsWith('Dogs are welcome'),
    )
    writeFileSync(join(home, 'knowledge/pets.md'), 'no front matter')
    const broken = await one.post('/api/admin/knowledge/reload', '', bearer)
    expect([broken.status, await broken.text()]).toEqual([
      422,
      expect.stringContaining('pets.md has no front matter'),
    ])
    expect((await one.ask('Can dogs come to the showroom?')).message).toStartWith('Dogs are welcome')
    await put(one, true)
  })

  test('unanswered questions are listed, newest first', async () => {
    await one.ask('What is the capital of France?', 'far-away')
    await one.ask('Who won the world cup in 1998?', 'far-away')
    const list = async () =>
      (
        (await (await one.get('/api/admin/unanswered?limit=2', { headers: bearer })).json()) as {
          questions: { question: string; session_id: string }[]
        }
      ).questions.map(({ question, session_id }) => [question, session_id])
    await until('both to be kept', async () => (await list()).length === 2)
    expect(await list()).toEqual([
      ['Who won the world cup in 1998?', 'far-away'],
      ['What is the capital of France?', 'far-away'],
    ])
  })
})

describe('/metrics, which tells of costs', () => {
  const through = { 'x-forwarded-for': '203.0.113.7' }
  const statuses = async (env: Record<string, string>) => {
    const server = await startServer({ TRUSTED_PROXY_HOPS: '1', ...env })
    const asked = [{}, through, { ...through, authorization: 'Bearer wrong' }, { ...through, ...bearer }]
    const answers = await Promise.all(asked.map((headers) => server.get('/metrics', { headers })))
    return answers.map(({ status }) => status)
  }

  test('is for whoever is beside the server, and through a load balancer for the administration', async () => {
    expect(await statuses({ ADMIN_TOKEN: token })).toEqual([200, 401, 401, 200])
    expect(await statuses({})).toEqual([200, 404, 404, 404])
    expect(await statuses({ TRUSTED_PROXY_HOPS: '0' })).toEqual([200, 200, 200, 200])
  })
})
