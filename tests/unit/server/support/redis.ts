import { RedisClient } from 'bun'
import { atEnd } from './leftovers.ts'
import { freePort, until } from './ports.ts'
import { Process } from './process.ts'

/** A real Redis on a port of its own, which a test may pause, kill and start again. */
export async function startRedis(port = freePort()) {
  const child = Bun.spawn(
    ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdout: 'ignore', stderr: 'ignore' },
  )
  atEnd(() => child.kill('SIGKILL'))
  const url = `redis://127.0.0.1:${port}`
  await until('Redis to answer', async () => {
    const client = new RedisClient(url, { autoReconnect: false, connectionTimeout: 500 })
    try {
      await client.connect()
      return (await client.ping()) === 'PONG'
    } catch {
      return false
    } finally {
      client.close()
    }
  })
  return Object.assign(new Process(child), {
    port,
    url,
    async keys(pattern = '*'): Promise<string[]> {
      const client = new RedisClient(url)
      try {
        return await client.keys(pattern)
      } finally {
        client.close()
      }
    },
  })
}
