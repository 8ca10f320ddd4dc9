import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import type { Trouble } from '../../rehearsal/small-trouble'
import { ask, type Drill, symptoms } from './drill'

/** The port that a server of the rehearsal was started with. */
async function portOf({ workspace }: Trouble, server: string, flag: RegExp): Promise<number> {
  const folder = join(workspace.dir, '.rehearsal/pids')
  for (const file of await readdir(folder)) {
    const { pid, name } = JSON.parse(await readFile(join(folder, file), 'utf8')) as {
      pid: number
      name: string
    }
    if (!name.startsWith(server)) continue
    const port = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').match(flag)?.[1]
    if (port) return Number(port)
  }
  throw new Error(`No ${server} runs`)
}

/** What is full or used up: by filling it. */
export const fullDrills: Drill[] = [
  {
    name: 'a cache that is filled to the brim',
    causes: ['cache-full'],
    async play(trouble) {
      const port = await portOf(trouble, 'redis', /(?:--tls-port |:)([1-9]\d*)/)
      const redis = new Redis({ port, host: '127.0.0.1', tls: { rejectUnauthorized: false } })
      const used = Number((await redis.info('memory')).match(/used_memory:(\d+)/)?.[1])
      const limit = String(((await redis.config('GET', 'maxmemory')) as string[])[1])
      await redis.config('SET', 'maxmemory', used + 2 ** 20)
      let hungry = true
      let fillers = 0
      // Whatever room there is, or comes, is taken at once.
      const eating = (async () => {
        while (hungry) {
          const full = await redis.set(`filler:${fillers++}`, 'x'.repeat(fillers < 900 ? 1_000 : 10)).then(
            () => false,
            () => true,
          )
          if (full) await Bun.sleep(5)
        }
      })()
      await Bun.sleep(1_000)
      for (let tries = 0; tries < 10 && !(await symptoms(trouble)); tries++)
        await ask(trouble, `How long does shipping number ${crypto.randomUUID()} take?`)
      return async () => {
        hungry = false
        await eating
        await redis.config('SET', 'maxmemory', limit)
        for (let n = 0; n < fillers; n++) redis.del(`filler:${n}`).catch(() => undefined)
        await redis.ping()
        redis.disconnect()
        for (let tries = 0; tries < 60 && (await symptoms(trouble)); tries++) await Bun.sleep(500)
      }
    },
  },
  {
    name: 'a database whose connections somebody else uses up',
    causes: ['database-out-of-connections'],
    async play(trouble) {
      const port = await portOf(trouble, 'postgres', /(?:-p |port=)(\d+)/)
      const clients: Client[] = []
      let hungry = true
      const grab = async () => {
        const client = new Client({
          host: '127.0.0.1',
          port,
          user: 'tria',
          password: 'a0b1c2d3e4f5a6b7c8d9',
          database: 'tria',
          ssl: { rejectUnauthorized: false },
        })
        client.on('error', () => undefined)
        const refused = await client.connect().then(
          () => false,
          () => true,
        )
        if (!refused) clients.push(client)
        return !refused
      }
      // Whatever a task lets go of is taken at once.
      const eating = (async () => {
        while (hungry) if (!(await grab())) await Bun.sleep(20)
      })()
      await Bun.sleep(3_000)
      await trouble.move()
      return async () => {
        hungry = false
        await eating
        await Promise.all(clients.map((client) => client.end()))
        await trouble.back()
      }
    },
  },
]
