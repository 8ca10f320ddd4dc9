import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildImage } from './support/image.ts'
import { atEnd, sweep } from './support/leftovers.ts'
import { patience } from './support/ports.ts'
import { root, run, startServer } from './support/server.ts'

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

  test('holds nothing of the runbooks or the rehearsal', () => {
    const text = readFileSync(join(image, 'main.js'), 'utf8')
    expect(text).not.toContain('@aws-sdk')
    expect(text).not.toMatch(/\/\/ (runbooks|rehearsal)\//)
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
