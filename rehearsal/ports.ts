import { createServer } from 'node:net'

const given = new Set<number>()

/**
 * A port of loopback that nobody listens on. The system hands them out in turn, so one that was just
 * given back is not given again soon; within this process never.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => {
        if (given.has(port)) return resolve(freePort())
        given.add(port)
        resolve(port)
      })
    })
  })
}

/** Asks until the answer is yes; names what it waited for when time is up, or when `alive` says it is in vain. */
export async function until(
  what: string,
  ready: () => Promise<boolean>,
  { within = 30_000, every = 50, alive = (): boolean => true } = {},
): Promise<void> {
  const deadline = Date.now() + within
  while (!(await ready())) {
    if (!alive()) throw new Error(`${what}: ended before it was ready`)
    if (Date.now() > deadline) throw new Error(`${what}: not ready after ${within / 1000} s`)
    await Bun.sleep(every)
  }
}
