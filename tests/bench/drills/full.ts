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
      const filled = redis.set.bind(redis)
      for (let n = 0; n < 4_000; n++) {
        const full = await filled(`filler:${n}`, 'x'.repeat(1_000)).then(
          () => false,
          () => true,
        )
        if (full) break
      }
      for (let tries = 0; tries < 10 && !(await symptoms(trouble)); tries++)
        await ask(trouble, `How long does shipping number ${crypto.randomUUID()} take?`)
      return async () => {
        await redis.config('SET', 'maxmemory', limit)
        for (let n = 0; n < 4_000; n++) await redis.del(`filler:${n}`)
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
