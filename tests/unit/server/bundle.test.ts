import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildImage } from './support/image.ts'
import { atEnd, sweep } from './support/leftovers.ts'
import { freePort, patience, until } from './support/ports.ts'
import { type Answered, bare, root, run, startServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

let image: string
beforeAll(() => {
  const built = buildImage()
  image = built.folder
  atEnd(built.remove)
})

describe('the bundle, alone in a folder', () => {
  test('holds main.js, the documents, the migrations and the files of /docs, and is small', () => {
    const names = readdirSync(image).map((name) => name.replace(/-[a-z0-9]{8}\./, '.'))
    expect(names.sort()).toEqual([
      'knowledge',
      'main.js',
      'main.js.jsc',
      'migrations',
      'swagger-ui-bundle.js',
      'swagger-ui.css',
    ])
    expect(Bun.file(join(image, 'main.js')).size).toBeLessThan(3_000_000)
  })

  test('serves every route from there, and knows package.json’s version', async () => {
    const server = await startServer({}, join(image, 'main.js'))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(await (await server.get('/health')).json()).toEqual({ status: 'healthy', version })
    for (const path of [
      '/',
      '/docs',
      '/docs/json',
      '/docs/swagger-ui-bundle.js',
      '/docs/swagger-ui.css',
      '/metrics',
      '/ready',
    ]) {
      expect([path, (await server.get(path)).status]).toEqual([path, 200])
    }
    expect((await server.ask('What is your refund policy?')).message).toStartWith(
      'Our refund policy allows returns',
    )
    const health = await run(['health'], { PORT: String(server.port) }, join(image, 'main.js'))
    expect(health.code).toBe(0)
    expect(await server.stop()).toBe(0)
    const gone = await run(['health'], { PORT: String(server.port) }, join(image, 'main.js'))
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringMatching(/^Health check: /)])
  })

  test('a question that comes as soon as the port is open waits for the documents', async () => {
    const port = freePort()
    const child = Bun.spawn([process.execPath, join(image, 'main.js'), 'serve'], {
      env: bare({ PORT: String(port), HOST: '127.0.0.1', DRAIN_SECONDS: '0' }),
      stdout: 'ignore',
      stderr: 'inherit',
    })
    atEnd(() => child.kill('SIGKILL'))
    const body = JSON.stringify({ message: 'What is your refund policy?', session_id: 'early' })
    const headers = { 'content-type': 'application/json' }
    let reply: Answered | undefined
    await until('the port to be open', async () => {
      const asked = fetch(`http://127.0.0.1:${port}/api/chatbot`, { method: 'POST', headers, body })
      reply = await asked.then((response) => response.json() as Promise<Answered>).catch(() => undefined)
      return reply !== undefined
    })
    expect(reply?.message).toStartWith('Our refund policy allows returns')
  })

  test('documents that cannot be read end the start with their name', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'tria-test-broken-'))
    atEnd(() => rmSync(broken, { recursive: true, force: true }))
    cpSync(image, broken, { recursive: true })
    writeFileSync(join(broken, 'knowledge/hours.md'), 'no front matter\n')
    const ended = await run(
      ['serve'],
      { PORT: String(freePort()), HOST: '127.0.0.1' },
      join(broken, 'main.js'),
    )
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('hours.md has no front matter')])
  })

  test('holds nothing of the runbooks or the rehearsal', () => {
    const text = readFileSync(join(image, 'main.js'), 'utf8')
    expect(text).not.toContain('@aws-sdk')
    expect(text).not.toMatch(/\/\/ (runbooks|rehearsal)\//)
    // The build's own folder is in no image.
    expect(text).not.toContain(`"${join(root, 'server')}`)
  })
})

test('server/ imports nothing of runbooks/ or rehearsal/', async () => {
  const files = [...new Bun.Glob('server/**/*.ts').scanSync(root)]
  expect(files.length).toBeGreaterThan(40)
  for (const file of files) {
    const text = await Bun.file(join(root, file)).text()
    expect([file, /from ['"][./]*(runbooks|rehearsal)\//.test(text)]).toEqual([file, false])
  }
})
