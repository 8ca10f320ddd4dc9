import type { Server } from 'bun'
import type { Log } from './logging/log.ts'

/** Opens the port for a handler of requests. */
export function listen(
  { port, host }: { port: number; host: string },
  fetch: (request: Request, server: Server<undefined>) => Response | Promise<Response>,
): Server<undefined> {
  return Bun.serve({
    port,
    hostname: host,
    fetch,
    // A second server on the same port must fail, not share it silently.
    reusePort: false,
    // Longer than a load balancer keeps an idle connection (60 s), or it would send into a closed one.
    idleTimeout: 75,
    // Our own limit answers with a sentence; this one only keeps a flood out of memory.
    maxRequestBodySize: 128 * 1024 * 1024,
    development: false,
  })
}

/** Lets what is under way finish until the deadline, then closes every connection. */
export async function drain(server: Server<undefined>, underWay: () => number, deadlineMs: number, log: Log) {
  const drained = await Promise.race([
    server.stop(false).then(() => true),
    quiet(underWay).then(() => true),
    Bun.sleep(deadlineMs).then(() => false),
  ])
  if (!drained) log.warn('stopped_before_the_last_answer', { under_way: underWay() })
  await server.stop(true)
}

/** Resolves when nothing is under way; the short wait lets the last answer leave the socket. */
async function quiet(underWay: () => number): Promise<void> {
  while (underWay() > 0) await Bun.sleep(20)
  await Bun.sleep(100)
  return underWay() > 0 ? quiet(underWay) : undefined
}
