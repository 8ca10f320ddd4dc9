import { createServer } from 'node:net'

const given = new Set<number>()

/**
 * A port of loopback that nobody listens on. Taken at random from below the range that the system gives
 * to outgoing connections: between now and when somebody listens on it, nothing else comes to have it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 8_000)
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
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
