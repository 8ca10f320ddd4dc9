import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { atEnd } from './leftovers.ts'
import { freePort, until } from './ports.ts'
import { Process } from './process.ts'

/** Debian keeps the binaries off the PATH, in a folder for each version. */
function binaries(): string {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort() : []
  return versions.length > 0 ? join(root, versions.at(-1)!, 'bin/') : ''
}

/** Postgres refuses to run as root: then it runs as nobody. */
const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}

export interface Tls {
  cert: string
  key: string
}

/** A real Postgres on a port of its own, which a test may pause, kill and start again. */
export async function startPostgres(options: { folder?: string; port?: number; tls?: Tls } = {}) {
  const fresh = !options.folder
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'tria-test-pg-'))
  const port = options.port ?? freePort()
  const data = join(folder, 'data')
  if (fresh) {
    if (identity.uid) chownSync(folder, identity.uid, identity.gid)
    const init = Bun.spawnSync(
      [
        `${binaries()}initdb`,
        '-D',
        data,
        '-U',
        'tria',
        '--auth=trust',
        '--no-sync',
        '-E',
        'UTF8',
        '--locale=C',
      ],
      { cwd: folder, ...identity },
    )
    if (!init.success) throw new Error(`initdb: ${init.stderr}`)
  }
  const tls = options.tls
    ? ['-c', 'ssl=on', '-c', `ssl_cert_file=${options.tls.cert}`, '-c', `ssl_key_file=${options.tls.key}`]
    : []
  const settings = [
    'fsync=off',
    `unix_socket_directories=${folder}`,
    'listen_addresses=127.0.0.1',
    'shared_buffers=16MB',
  ]
  const child = Bun.spawn(
    [
      `${binaries()}postgres`,
      '-D',
      data,
      '-p',
      String(port),
      ...settings.flatMap((one) => ['-c', one]),
      ...tls,
    ],
    { cwd: folder, stdout: 'ignore', stderr: 'ignore', ...identity },
  )
  atEnd(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const url = (database: string) => `postgres://tria@127.0.0.1:${port}/${database}`

  async function query<Row extends object>(
    database: string,
    sql: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const client = new Client({ connectionString: url(database), connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query<Row>(sql, values)).rows
    } finally {
      await client.end()
    }
  }

  await until('Postgres to answer', () =>
    query('postgres', 'SELECT 1').then(
      () => true,
      () => false,
    ),
  )
  let databases = 0
  const signal = (name: NodeJS.Signals) => {
    for (const pid of family()) {
      try {
        process.kill(pid, name)
      } catch {
        // A back end that ended in this moment.
      }
    }
  }
  const family = () => [
    child.pid,
    ...Bun.spawnSync(['pgrep', '-P', String(child.pid)])
      .stdout.toString()
      .split('\n')
      .filter(Boolean)
      .map(Number),
  ]
  return Object.assign(new Process(child), {
    port,
    folder,
    url,
    query,
    /** All of it: the postmaster alone would leave its back ends answering. */
    pause() {
      signal('SIGSTOP')
    },
    resume() {
      signal('SIGCONT')
    },
    async createDatabase(): Promise<string> {
      const name = `test_${process.pid}_${databases++}`
      await query('postgres', `CREATE DATABASE ${name}`)
      return name
    },
    /** Ends it and removes its files. */
    async remove(): Promise<void> {
      if (child.exitCode === null) {
        signal('SIGCONT')
        child.kill('SIGQUIT')
        await child.exited
      }
      rmSync(folder, { recursive: true, force: true })
    },
  })
}
