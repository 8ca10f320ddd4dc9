import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApi } from '../../../server/routes/openapi.ts'
import { sweep } from './support/leftovers.ts'
import { patience } from './support/ports.ts'
import { root, startServer, type TestServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

const document = openApi('1.1.0')
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => [method.toUpperCase(), path] as [string, string]),
)

describe('/docs/json', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ ADMIN_TOKEN: 'a-token-for-the-tests' })
  })
  afterAll(() => server.stop())

  test.each(described)('%s %s is an address that answers', async (method, path) => {
    const { status } = await server.get(path.replace('{id}', 'abc'), { method })
    expect([404, 405, 500].includes(status) && !path.includes('{id}')).toBe(false)
  })

  test('every route of the API is described', () => {
    const folder = join(root, 'server/routes')
    const routes = readdirSync(folder)
      .flatMap((name) => [
        ...readFileSync(join(folder, name), 'utf8').matchAll(/\.(get|post|put|delete)\(\s*'(\/[^']*)'/g),
      ])
      .map(([, method, path]) => `${method!.toUpperCase()} ${path!.replace(':id', '{id}')}`)
      .filter((route) => !/ \/(docs.*|page\..*|icon.svg|favicon.ico)?$/.test(route))
    expect(routes.length).toBeGreaterThan(9)
    expect(described.map((one) => one.join(' ')).sort()).toEqual(routes.sort())
  })

  test('every $ref leads somewhere', () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(Object.keys(document.components.schemas)).toContain(name!)
    }
  })
})
