import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { findProgram, postgresFolders } from '../binaries.ts'
import { type Child, startChild } from '../children.ts'
import { freePort, until } from '../ports.ts'
import type { Authority } from './authority.ts'
import { dataFolder, type Identity, unprivileged } from './identity.ts'

/** One PostgreSQL server, as one RDS instance has; its data outlives a stop. */
export interface Postgres {
  host: string
  port: number
  running(): boolean
  pid(): number | undefined
  start(): Promise<void>
  stop(): Promise<void>
  remove(): Promise<void>
  /** A connection as `rdsadmin`, which RDS keeps for itself too. */
  admin<T>(use: (client: Client) => Promise<T>, database?: string): Promise<T>
}

export interface PostgresSettings {
  /** Postgres parameters of the instance's parameter group that Postgres itself knows. */
  parameters: Record<string, string>
  forceSsl: boolean
}

/** Nothing here must survive a power cut; everything must be quick. */
const careless = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=16MB',
  'wal_level=minimal',
  'max_wal_senders=0',
]

export interface PostgresHouse {
  create(id: string, host: string, settings: PostgresSettings): Promise<Postgres>
  stop(): Promise<void>
}

/** Prepares one empty cluster at once, in the background; every instance is a copy of it. */
export function postgresHouse(dir: string, authority: Authority): PostgresHouse {
  // Said when the rehearsal starts, not when Terraform is halfway through.
  for (const name of ['initdb', 'postgres']) program(name)
  const who = unprivileged()
  const data = dataFolder(dir, who)
  const password = randomBytes(18).toString('hex')
  const template = makeTemplate(dir, data, password, who)
  return {
    async create(id, host, settings) {
      await template.ready()
      const folder = join(data, `postgres-${id}`)
      rmSync(folder, { recursive: true, force: true })
      await copy(template.folder, folder)
      return server(dir, { id, host, folder, password, who, authority }, settings, await freePort())
    },
    stop: () => template.initdb.stop('SIGTERM', 2000),
  }
}

function makeTemplate(dir: string, data: string, password: string, who: Identity | undefined) {
  const folder = join(data, 'postgres-template')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  const secret = join(data, 'rdsadmin')
  writeFileSync(secret, password, { mode: 0o600 })
  if (who) for (const path of [folder, secret]) chownSync(path, who.uid, who.gid)
  const login = ['-U', 'rdsadmin', `--pwfile=${secret}`, '-A', 'scram-sha-256']
  const rest = ['-E', 'UTF8', '--no-locale', '--no-sync']
  const initdb = startChild(dir, 'initdb', [program('initdb'), '-D', folder, ...login, ...rest], {
    ...who,
    cwd: '/',
  })
  const made = initdb.ended.then((code) => {
    rmSync(secret, { force: true })
    return code
  })
  return {
    folder,
    initdb,
    async ready() {
      const code = await made
      if (code !== 0)
        throw new Error(
          `Prepare PostgreSQL: initdb ended with ${code}, see ${join(dir, 'logs', 'initdb.log')}`,
        )
    },
  }
}

/** With owners and modes, which PostgreSQL looks at. */
function copy(from: string, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('cp', ['-a', from, to], { stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`Copy ${from}: cp ended with ${code}`)),
    )
  })
}

interface Make {
  id: string
  host: string
  folder: string
  password: string
  who: Identity | undefined
  authority: Authority
}

function server(dir: string, make: Make, settings: PostgresSettings, port: number): Postgres {
  const { id, host, folder, who } = make
  let child: Child | undefined
  const own = (name: string, mode: number) => {
    const path = join(folder, name)
    spawnSync('chmod', [mode.toString(8), path])
    if (who) chownSync(path, who.uid, who.gid)
  }
  const it: Postgres = {
    host,
    port,
    running: () => child?.alive() ?? false,
    pid: () => (child?.alive() ? child.pid : undefined),
    async start() {
      if (it.running()) return
      const { certificate, key } = make.authority.issue(`postgres-${id}`, [host, '127.0.0.1'])
      copyFileSync(certificate, join(folder, 'server.crt'))
      copyFileSync(key, join(folder, 'server.key'))
      own('server.key', 0o600)
      own('server.crt', 0o644)
      writeFileSync(join(folder, 'pg_hba.conf'), rules(settings.forceSsl))
      rmSync(join(folder, 'postmaster.pid'), { force: true })
      const fixed = [
        `port=${port}`,
        'listen_addresses=127.0.0.1',
        'unix_socket_directories=',
        'ssl=on',
        ...careless,
      ]
      const given = Object.entries(settings.parameters).map(([name, value]) => `${name}=${value}`)
      const options = [...fixed, ...given].flatMap((option) => ['-c', option])
      const started = startChild(dir, `postgres-${id}`, [program('postgres'), '-D', folder, ...options], {
        ...who,
        cwd: '/',
      })
      child = started
      await until(`PostgreSQL ${id}`, () => answers(it), { alive: started.alive })
    },
    async stop() {
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for its clients.
      await child?.stop('SIGINT', 5000)
      child = undefined
    },
    async remove() {
      await child?.stop('SIGQUIT', 2000)
      child = undefined
      rmSync(folder, { recursive: true, force: true })
    },
    async admin(use, database = 'postgres') {
      const ssl = { rejectUnauthorized: false }
      const login = { user: 'rdsadmin', password: make.password, database }
      const client = new Client({ host: '127.0.0.1', port, ssl, ...login, connectionTimeoutMillis: 3000 })
      client.on('error', () => {})
      await client.connect()
      try {
        return await use(client)
      } finally {
        await client.end().catch(() => {})
      }
    },
  }
  return it
}

async function answers(it: Postgres): Promise<boolean> {
  try {
    await it.admin((client) => client.query('select 1'))
    return true
  } catch {
    return false
  }
}

/** As `rds.force_ssl` has it: without, plain connections are welcome too. */
function rules(forceSsl: boolean): string {
  return `${forceSsl ? 'hostssl' : 'host'} all all 127.0.0.1/32 scram-sha-256\n`
}

function program(name: string): string {
  const found = findProgram(name, postgresFolders())
  if (!found) throw new Error(`PostgreSQL is missing: no ${name} on PATH or where packages put it`)
  return found
}
