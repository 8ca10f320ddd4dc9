import net from 'node:net'
import { Transform } from 'node:stream'
import type { Verdict } from './firewall.ts'

export interface Passage {
  /** May a new connection go through now, and to which loopback port? Undefined: nobody is there any more. */
  decide(): Promise<{ verdict: Verdict; realPort: number | undefined }>
  /** Asked again for what is sent on an open connection, where that can lose its way: a route, unlike a rule. */
  stillOpen?(): Promise<Verdict>
  /** Told of each connection that the network swallows. */
  onDropped(why: string): void
}

/**
 * A port on loopback that stands for one address as one task sees it. What the network does not let
 * through is taken and never answered, because AWS drops such packets and the caller runs into its timeout.
 */
export function openPassage(port: number, { decide, stillOpen, onDropped }: Passage): { close(): void } {
  const open = new Set<net.Socket>()
  const keep = (socket: net.Socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  }

  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, async (inner) => {
    keep(inner)
    inner.pause()
    const { verdict, realPort } = await decide().catch((cause) => ({
      verdict: { open: false as const, why: `the rules could not be read: ${cause}` },
      realPort: undefined,
    }))
    if (!verdict.open) {
      onDropped(verdict.why)
      // Read on and drop: a client that gives up must be seen to close.
      inner.resume()
      inner.once('end', () => inner.destroy())
      return
    }
    if (realPort === undefined) return void inner.resetAndDestroy()
    const outer = net.connect({ host: '127.0.0.1', port: realPort, allowHalfOpen: true, noDelay: true })
    keep(outer)
    outer.once('error', () => inner.destroy())
    outer.once('close', () => inner.destroy())
    inner.once('close', () => outer.destroy())
    const outwards = stillOpen ? inner.pipe(whileOpen(stillOpen, onDropped)) : inner
    outwards.pipe(outer)
    outer.pipe(inner)
  })
  server.listen(port, '127.0.0.1')
  server.unref()

  return {
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/** Passes bytes on for as long as the way is open; from then on, none. */
function whileOpen(stillOpen: () => Promise<Verdict>, onDropped: (why: string) => void): Transform {
  return new Transform({
    transform(chunk, _, passOn) {
      stillOpen().then(
        (verdict) => (verdict.open ? passOn(null, chunk) : onDropped(verdict.why)),
        (cause) => onDropped(`the routes could not be read: ${cause}`),
      )
    },
  })
}
