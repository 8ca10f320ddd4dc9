/**
 * The program of a task in the tests of the network: does what it is asked on stdin, one JSON line at a time,
 * and answers each with one line.
 */
import net from 'node:net'
import Redis from 'ioredis'

const actions: Record<string, (argument: string) => Promise<unknown>> = {
  async listen(port) {
    const server = Bun.serve({ port: Number(port), fetch: (request) => new Response(`heard ${request.url}`) })
    return { port: server.port, url: server.url.href }
  },
  async fetch(address) {
    const response = await fetch(address, { signal: AbortSignal.timeout(1_500) })
    return { status: response.status, text: await response.text() }
  },
  async post(address) {
    const request = new Request(address, { method: 'POST', body: 'asked', headers: { 'x-test': 'kept' } })
    return (await fetch(request)).json()
  },
  /** Writes and reads a value over TLS, with the certificate checked against the name. */
  async redis(url) {
    const redis = new Redis(url, {
      connectTimeout: 1_000,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    })
    let failure: Error | undefined
    redis.on('error', (error) => {
      failure = error
    })
    try {
      await redis.set('key', 'kept')
      return await redis.get('key')
    } catch (error) {
      throw failure ?? error
    } finally {
      redis.disconnect()
    }
  },
  /** What a server says first, or `silence` when nothing came for a second. */
  connect(address) {
    const [host = '', port] = address.split(':')
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host, port: Number(port) })
      socket.setTimeout(1_000, () => socket.destroy(resolve('silence') as never))
      socket.once('data', (data) => socket.destroy(resolve(String(data)) as never))
      socket.once('error', reject)
      socket.once('close', () => resolve('closed'))
    })
  },
}

for await (const line of console) {
  const [action = '', argument = ''] = line.split(' ')
  const answer = await actions[action]?.(argument).then(
    (value) => ({ value }),
    (error) => ({ error: typeof error.code === 'string' ? error.code : error.name }),
  )
  console.log(JSON.stringify(answer))
}
