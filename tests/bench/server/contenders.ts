import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildImage } from '../../unit/server/support/image.ts'
import { atEnd } from '../../unit/server/support/leftovers.ts'
import { freePort, until } from '../../unit/server/support/ports.ts'
import { startPostgres } from '../../unit/server/support/postgres.ts'
import { startRedis } from '../../unit/server/support/redis.ts'
import { bare } from '../../unit/server/support/server.ts'
import { metric } from './growth.ts'
import { onCore } from './load.ts'

export interface Contender {
  name: string
  url: string
  pid: number
  script: string
}

/** A server held to the first core; its log goes through a pipe, as in a container, and is read and dropped. */
async function start(name: string, script: string, command: string[], env: Record<string, string>) {
  const port = freePort()
  const child = Bun.spawn(onCore(0, command), {
    env: bare({ ...env, PORT: String(port), HOST: '127.0.0.1' }),
    stdout: 'pipe',
    stderr: 'inherit',
    cwd: '/',
  })
  atEnd(() => child.kill('SIGKILL'))
  void child.stdout.pipeTo(new WritableStream({ write() {} }))
  const url = `http://127.0.0.1:${port}/`
  await until(`${name} to answer`, () =>
    fetch(url, { method: script === 'hello.lua' ? 'GET' : 'POST' }).then(
      () => true,
      () => false,
    ),
  )
  return { name, url, pid: child.pid, script, child }
}

/** The image as the Dockerfile makes it, with everything on: Redis, Postgres, both limits, log and metrics. */
export async function startChatbot(redis: string, database: string, extra: Record<string, string> = {}) {
  const image = buildImage()
  atEnd(image.remove)
  const env = {
    ...image.env,
    REDIS_URL: redis,
    DATABASE_URL: database,
    ENVIRONMENT: 'production',
    SECRET_KEY: 'a-secret-of-the-bench',
    TRUSTED_PROXY_HOPS: '1',
    // Counted like any other, and never reached: what is measured is the answers.
    RATE_LIMIT_PER_SESSION: '1000000',
    RATE_LIMIT_PER_ADDRESS: '10000000',
    ...extra,
  }
  const migrated = Bun.spawnSync([...image.command, 'migrate'], { env: bare(env), cwd: '/' })
  if (!migrated.success) throw new Error(`migrate: ${migrated.stdout}${migrated.stderr}`)
  const name = 'cached answer, everything on'
  return { ...(await start(name, 'questions.lua', [...image.command, 'serve'], env)), image }
}

export const startHello = () =>
  start('Elysia hello', 'hello.lua', [process.execPath, join(import.meta.dir, 'hello.ts')], {})

export const startFloor = (redis: string, key: string) =>
  start(
    'Elysia, JSON body and one Redis GET',
    'post.lua',
    [process.execPath, join(import.meta.dir, 'floor.ts')],
    { REDIS_URL: redis, KEY: key, NODE_ENV: 'production' },
  )

/** Installed for this run only: the product does not depend on what it is compared with. */
export async function startFastify(redis: string, key: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tria-bench-fastify-'))
  atEnd(() => Bun.spawnSync(['rm', '-rf', folder]))
  await Bun.write(join(folder, 'package.json'), '{"private":true}')
  const install = ['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', 'fastify@5', 'ioredis@6']
  const installed = Bun.spawnSync(install, { cwd: folder, stderr: 'pipe' })
  if (!installed.success) throw new Error(`Fastify cannot be installed: ${installed.stderr}`)
  cpSync(join(import.meta.dir, 'fastify.mjs'), join(folder, 'fastify.mjs'))
  const env = { REDIS_URL: redis, KEY: key }
  return start('Fastify on Node, one Redis GET', 'post.lua', ['node', join(folder, 'fastify.mjs')], env)
}

/** Redis and Postgres stand on the second core, beside wrk: in production they are other machines. */
export async function startParts() {
  const [redis, postgres] = await Promise.all([startRedis(), startPostgres()])
  if (Bun.which('taskset')) {
    for (const { child } of [redis, postgres]) Bun.spawnSync(['taskset', '-acp', '1', String(child.pid)])
  }
  const name = await postgres.createDatabase()
  return {
    redis,
    database: postgres.url(name),
    /**
     * How many messages of the answers given so far are neither in Postgres, once nothing waits any more, nor counted as
     * dropped.
     */
    async missing({ url }: Contender): Promise<number> {
      await until(
        'nothing to wait any more',
        async () => (await metric(url, 'chatbot_messages_waiting')) === 0,
      )
      const dropped = await metric(url, 'chatbot_messages_dropped_total')
      const answered = await metric(url, 'http_requests_total{route="/api/chatbot",status="200"}')
      const [row] = await postgres.query<{ count: number }>(
        name,
        'SELECT count(*)::int AS count FROM messages',
      )
      return 2 * answered - row!.count - dropped
    },
  }
}
