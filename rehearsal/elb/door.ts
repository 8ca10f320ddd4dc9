import net from 'node:net'

/** The first byte of a TLS connection: a record of type handshake. */
const handshake = 0x16

/** Where connections go; undefined: nowhere, they are closed. */
interface Doors {
  port: number
  plain: number | undefined
  secure: number | undefined
}

/** One port for HTTP and HTTPS: the first byte of a connection says which server it is for. */
export function openDoor({ port, plain, secure }: Doors) {
  const open = new Set<net.Socket>()
  const keep = (socket: net.Socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  }
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    keep(client)
    client.once('data', (first: Buffer) => {
      client.pause()
      const inside = first[0] === handshake ? secure : plain
      if (inside === undefined) return void client.destroy()
      const inner = net.connect({ host: '127.0.0.1', port: inside, allowHalfOpen: true, noDelay: true })
      keep(inner)
      inner.once('close', () => client.destroy())
      client.once('close', () => inner.destroy())
      inner.write(first)
      client.pipe(inner).pipe(client)
    })
  })
  server.listen(port, '127.0.0.1')
  return {
    stop() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
