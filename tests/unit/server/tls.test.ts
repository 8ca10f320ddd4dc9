import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sweep } from './support/leftovers.ts'
import { freePort, patience, until } from './support/ports.ts'
import { startPostgres } from './support/postgres.ts'
import { run, startServer } from './support/server.ts'

setDefaultTimeout(patience)
afterAll(sweep)

/** TLS to Postgres is verified: the authority and the name, whatever the URL's sslmode promises less. */
let folder: string
let postgres: Awaited<ReturnType<typeof startPostgres>>

function openssl(...args: string[]): void {
  const done = Bun.spawnSync(['openssl', ...args], { cwd: folder })
  if (!done.success) throw new Error(`openssl: ${done.stderr}`)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tria-test-tls-'))
  chmodSync(folder, 0o755)
  for (const name of ['ca', 'other']) {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    )
  }
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
  )
  await Bun.write(join(folder, 'names'), 'subjectAltName=DNS:localhost\n')
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.pem',
    '-days',
    '2',
    '-extfile',
    'names',
  )
  chmodSync(join(folder, 'server.key'), 0o600)
  if (process.getuid?.() === 0) chownSync(join(folder, 'server.key'), 65534, 65534)
  postgres = await startPostgres({
    tls: { cert: join(folder, 'server.pem'), key: join(folder, 'server.key') },
  })
})
afterAll(async () => {
  await postgres.remove()
  rmSync(folder, { recursive: true })
})

const url = (host: string, mode: string) =>
  `postgres://tria@${host}:${postgres.port}/postgres?sslmode=${mode}`
const pem = (name: string) => join(folder, `${name}.pem`)

test('rediss:// is verified too: with our authority trusted it is used, without it the memory stands in', async () => {
  const port = freePort()
  const redis = Bun.spawn(
    ['redis-server', '--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--save', ''].concat([
      '--tls-cert-file',
      pem('server'),
      '--tls-key-file',
      join(folder, 'server.key'),
      '--tls-auth-clients',
      'no',
    ]),
    { stdout: 'ignore', stderr: 'ignore' },
  )
  const env = { REDIS_URL: `rediss://localhost:${port}` }
  const [trusting, doubting] = await Promise.all([
    startServer({ ...env, NODE_EXTRA_CA_CERTS: pem('ca') }),
    startServer(env),
  ])
  await until(
    'the one that trusts to use it',
    async () => (await trusting.ready()).parts.cache!.status === 'ok',
  )
  expect((await trusting.ask('When are you open?')).message).toContain('8 a.m.')
  expect((await doubting.ask('When are you open?')).message).toContain('8 a.m.')
  expect((await doubting.ready()).degraded).toEqual(['cache'])
  await Promise.all([trusting.stop(), doubting.stop()])
  redis.kill()
  await redis.exited
})

test.each(['verify-full', 'require'])(
  'the right authority and name pass with sslmode=%s, over TLS',
  async (mode) => {
    const { code } = await run(['migrate'], {
      DATABASE_URL: url('localhost', mode),
      PGSSLROOTCERT: pem('ca'),
    })
    expect(code).toBe(0)
  },
)

test.each([
  ['another authority', 'localhost', { PGSSLROOTCERT: 'other' }],
  ['the authorities of AWS, which did not sign this one', 'localhost', {}],
  ['another name', '127.0.0.1', { PGSSLROOTCERT: 'ca' }],
] as const)('%s is refused with sslmode=require too', async (_what, host, ca) => {
  const env = Object.fromEntries(Object.entries(ca).map(([key, name]) => [key, pem(name)]))
  const { code, stdout } = await run(['migrate'], { DATABASE_URL: url(host, 'require'), ...env })
  expect(code).toBe(1)
  expect(stdout).toMatch(/certificate|altname|Hostname/i)
})
