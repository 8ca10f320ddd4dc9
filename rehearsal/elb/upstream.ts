import type { Incoming } from './incoming.ts'
import { connect, type ExchangeEvents, type Line, type Outgoing } from './line.ts'

/** One request on its way: its answer, once that begins or fails, and how to give it up. */
export interface Exchange {
  answer: Promise<Incoming>
  cancel(reason: Error): void
}

/** A connection that was idle for longer may be about to be closed by the target. */
const reuseWithinMs = 1_000

const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

export type Upstream = ReturnType<typeof createUpstream>

/**
 * Connections to targets. Not `fetch`: a process may have 256 of those at a time, and a load test, or as many
 * open streams, would hold up every other call of the daemon, its health checks among them.
 */
export function createUpstream() {
  const idle = new Map<number, Line[]>()

  function take(port: number): Line | undefined {
    const lines = idle.get(port)
    for (let line = lines?.pop(); line; line = lines?.pop()) {
      if (performance.now() - line.idleSince < reuseWithinMs) return line
      line.close()
    }
    return undefined
  }

  function put(line: Line): void {
    const lines = idle.get(line.port) ?? []
    idle.set(line.port, lines)
    lines.push(line)
  }

  function forget(line: Line): void {
    const lines = idle.get(line.port)
    const index = lines?.indexOf(line) ?? -1
    if (index >= 0) lines?.splice(index, 1)
    if (lines?.length === 0) idle.delete(line.port)
  }

  function exchange(port: number, outgoing: Outgoing, events: ExchangeEvents): Exchange {
    let line: Line | undefined
    let cancelled: Error | undefined
    const attempt = async (fresh: boolean): Promise<Incoming> => {
      const reused = fresh ? undefined : take(port)
      line = reused ?? (await connect(port, { put, forget }))
      if (cancelled) {
        line.close()
        throw cancelled
      }
      try {
        return await line.send(outgoing, events)
      } catch (error) {
        const stale = reused && line.silent && !cancelled
        // The target closed the connection while it was idle. What may be done twice is done again.
        if (stale && repeatable.has(outgoing.method) && !(outgoing.body instanceof ReadableStream)) {
          return attempt(true)
        }
        throw error
      }
    }
    return {
      answer: attempt(false),
      cancel(reason) {
        cancelled = reason
        line?.abandon(reason)
      },
    }
  }

  // Idle connections are looked through now and then: those of a target that is gone must not pile up.
  const sweep = setInterval(() => {
    for (const lines of idle.values()) {
      for (const line of [...lines]) if (performance.now() - line.idleSince > reuseWithinMs) line.close()
    }
  }, 5_000)
  sweep.unref()

  return {
    exchange,
    stop(): void {
      clearInterval(sweep)
      for (const lines of idle.values()) for (const line of [...lines]) line.close()
    },
  }
}
