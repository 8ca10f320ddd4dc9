import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '../../../rehearsal/stores/authority.ts'
import { trustOnThisMachine } from '../../../rehearsal/trust.ts'

const dir = mkdtempSync(join(tmpdir(), 'tria-trust-'))
const companys = mkdtempSync(join(tmpdir(), 'tria-company-'))
const authority = createAuthority(dir)
afterAll(() => [dir, companys].map((one) => rmSync(one, { recursive: true })))

const authorities = (file: string) => readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE/g)?.length

/** A server with a certificate of an authority of its own, as a company's proxy has. */
function serve(home: string) {
  const own = createAuthority(home)
  const { certificate, key } = own.issue('server', ['localhost'])
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: { cert: Bun.file(certificate), key: Bun.file(key) },
    fetch: () => new Response('heard'),
  })
  return { ca: own.ca, url: `https://localhost:${server.port}/`, stop: () => server.stop(true) }
}

test('trustOnThisMachine: curl, Node and Bun trust the rehearsal, and what they trusted before', async () => {
  const rehearsal = serve(dir)
  const company = serve(companys)
  try {
    const given = { NODE_EXTRA_CA_CERTS: company.ca, CURL_CA_BUNDLE: company.ca }
    const set = trustOnThisMachine(dir, given)
    const ask = (url: string) => [
      ['curl', '-sSf', url],
      ['node', '-e', `fetch('${url}').then(async (it) => console.log(await it.text()))`],
      [process.execPath, '-e', `console.log(await (await fetch('${url}')).text())`],
    ]
    for (const words of [...ask(rehearsal.url), ...ask(company.url)]) {
      const child = Bun.spawn(words, { env: { PATH: process.env.PATH ?? '', ...set }, stderr: 'pipe' })
      const [said, complained] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ])
      expect(said.trim(), `${words.join(' ')}: ${complained}`).toBe('heard')
    }
  } finally {
    rehearsal.stop()
    company.stop()
  }
})

test('trustOnThisMachine: in a shell that was led here before, nothing is added twice or forgotten', () => {
  const own = join(dir, 'own.pem')
  writeFileSync(own, readFileSync(authority.ca))
  const first = trustOnThisMachine(dir, { NODE_EXTRA_CA_CERTS: own, SSL_CERT_FILE: own })
  const again = trustOnThisMachine(dir, first)
  expect(again).toEqual(first)
  expect(authorities(again.NODE_EXTRA_CA_CERTS!)).toBe(2)
  expect(authorities(again.CURL_CA_BUNDLE!)).toBe(2)
  expect(authorities(again.SSL_CERT_FILE!)).toBe(2)
})

test('trustOnThisMachine: where nothing is named, curl keeps the authorities of the system', () => {
  const { CURL_CA_BUNDLE } = trustOnThisMachine(dir, {})
  if (CURL_CA_BUNDLE) expect(authorities(CURL_CA_BUNDLE)).toBeGreaterThan(50)
})
