import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import net from 'node:net'
import fc from 'fast-check'
import { createUpstream, type Upstream } from '../../../rehearsal/elb/upstream.ts'
import { bodyReader, readHead } from '../../../rehearsal/elb/wire.ts'

// A busy machine takes its time to start moto, and to find a target healthy.
setDefaultTimeout(60_000)

const text = (parts: Uint8Array[]) => Buffer.concat(parts).toString()

describe('readHead', () => {
  test.each<[string, string, string, boolean]>([
    ['HTTP/1.1 200 OK\r\nContent-Length: 5', 'GET', 'length', true],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5', 'HEAD', 'none', true],
    ['HTTP/1.1 204 No Content', 'GET', 'none', true],
    ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5', 'GET', 'none', true],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked', 'GET', 'chunked', true],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 7', 'GET', 'chunked', true],
    ['HTTP/1.1 200', 'GET', 'close', false],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close', 'GET', 'length', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 5', 'GET', 'length', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive', 'GET', 'length', true],
  ])('%p to %s: %s, keep alive %p', (head, method, kind, keepAlive) => {
    const read = readHead(head, method)
    expect([read.framing.kind, read.keepAlive]).toEqual([kind as never, keepAlive])
  })

  test.each([
    'HTTP/2 200 OK',
    'SSH-2.0',
    'HTTP/1.1 200 OK\r\nno colon',
    'HTTP/1.1 200 OK\r\nContent-Length: -1',
  ])('refuses %p', (head) => expect(() => readHead(head, 'GET')).toThrow('Malformed'))

  test('keeps every cookie', () => {
    const { headers } = readHead('HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2; Path=/', 'GET')
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2; Path=/'])
  })
})

describe('bodyReader', () => {
  test('of chunks gives back the content however the bytes are cut', () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 })
    fc.assert(
      fc.property(
        chunks,
        fc.array(fc.nat({ max: 40 }), { maxLength: 60 }),
        fc.boolean(),
        (parts, cuts, trailer) => {
          const wire = Buffer.concat([
            ...parts.flatMap((part) => [
              Buffer.from(`${part.length.toString(16)};x=y\r\n`),
              part,
              Buffer.from('\r\n'),
            ]),
            Buffer.from(trailer ? '0\r\nChecksum: 1\r\n\r\n' : '0\r\n\r\n'),
          ])
          const reader = bodyReader({ kind: 'chunked' })
          const got: Uint8Array[] = []
          let done = false
          for (let at = 0, i = 0; at < wire.length; i++) {
            const size = 1 + (cuts[i] ?? wire.length)
            expect(done).toBe(false)
            const fed = reader.feed(wire.subarray(at, at + size))
            got.push(...fed.content.map((one) => Uint8Array.from(one)))
            done = fed.done
            at += size
          }
          expect(done).toBe(true)
          expect(Buffer.concat(got).equals(Buffer.concat(parts))).toBe(true)
        },
      ),
    )
  })

  test('refuses a chunk size that is none, and a line without end', () => {
    expect(() => bodyReader({ kind: 'chunked' }).feed(Buffer.from('zz\r\n'))).toThrow('Malformed chunk size')
    expect(() => bodyReader({ kind: 'chunked' }).feed(Buffer.alloc(20_000, 'a'))).toThrow('no end')
  })

  test('of a length takes no more than that', () => {
    const reader = bodyReader({ kind: 'length', bytes: 5 })
    expect(reader.feed(Buffer.from('abc')).done).toBe(false)
    const last = reader.feed(Buffer.from('deXXX'))
    expect([text(last.content), last.done]).toEqual(['de', true])
  })
})

describe('exchange', () => {
  const servers: net.Server[] = []
  const upstream = createUpstream()
  afterAll(() => {
    upstream.stop()
    for (const server of servers) server.close()
  })

  /** A target that answers each request on a connection by hand. */
  async function target(
    answer: (request: string, socket: net.Socket, count: number) => void,
  ): Promise<number> {
    let count = 0
    const server = net.createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (data) => answer(String(data), socket, ++count))
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as net.AddressInfo).port
  }

  const ask = (
    from: Upstream,
    port: number,
    method = 'GET',
    body: Uint8Array | ReadableStream<Uint8Array> | null = null,
  ) => {
    const events = { onActivity() {}, onEnd: () => {} }
    return from.exchange(port, { method, path: '/', headers: new Headers({ host: 'x' }), body }, events)
  }
  const read = async (
    port: number,
    ...rest: [string?, (Uint8Array | ReadableStream<Uint8Array> | null)?]
  ) => {
    const { body, status } = await ask(upstream, port, ...rest).answer
    return [status, body === null ? null : await new Response(body as never).text()]
  }

  test('uses a connection again, and passes by 100 Continue', async () => {
    const sockets = new Set<net.Socket>()
    const port = await target((_, socket, count) => {
      sockets.add(socket)
      socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${count}`)
    })
    expect(await read(port)).toEqual([200, '1'])
    expect(await read(port)).toEqual([200, '2'])
    expect(sockets.size).toBe(1)
  })

  test('reads an answer that ends with its connection', async () => {
    const port = await target((_, socket) => {
      socket.write('HTTP/1.0 200 OK\r\n\r\nuntil ')
      setTimeout(() => socket.end('the end'), 20)
    })
    expect(await read(port)).toEqual([200, 'until the end'])
  })

  test('asks again on a new connection when an idle one turns out closed, unless the request may not be repeated', async () => {
    const port = await target((request, socket, count) => {
      // Every second request finds its connection closed, the first it was good for.
      if (count % 3 === 2) socket.destroy()
      else socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n${request.slice(0, 4)}`)
    })
    expect(await read(port)).toEqual([200, 'GET '])
    expect(await read(port)).toEqual([200, 'GET '])
    await Bun.sleep(1_100)
    const second = await target((_, socket, count) =>
      count === 2 ? socket.destroy() : socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1'),
    )
    expect(await read(second, 'POST', Buffer.from('once'))).toEqual([200, '1'])
    expect(read(second, 'POST', Buffer.from('once'))).rejects.toThrow('closed the connection')
  })

  test.each([
    ['closes before it answers', (socket: net.Socket) => socket.end()],
    ['closes within its head', (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\nConte')],
    [
      'closes within its body',
      (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    ],
    ['speaks something else', (socket: net.Socket) => void socket.write('220 smtp\r\n\r\n')],
  ])('fails when the target %s', async (_, answer) => {
    const port = await target((_request, socket) => void answer(socket))
    expect(read(port)).rejects.toThrow()
  })

  test('sends a stream in chunks, and a body with its length', async () => {
    const heard: string[] = []
    const port = await target((request, socket) => {
      heard.push(request)
      if (request.endsWith('0\r\n\r\n') || request.endsWith('whole'))
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
    const stream = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const part of ['first', 'second']) {
          controller.enqueue(Buffer.from(part))
          await Bun.sleep(20)
        }
        controller.close()
      },
    })
    expect((await read(port, 'POST', stream))[0]).toBe(200)
    expect(heard.join('')).toContain('5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n')
    heard.length = 0
    expect((await read(port, 'PUT', Buffer.from('whole')))[0]).toBe(200)
    expect(heard.join('')).toContain('content-length: 5')
  })

  test('holds up a target whose answer nobody reads, and lets it go on when somebody does', async () => {
    const big = Buffer.alloc(32 * 1024 * 1024, 'x')
    let written = 0
    const port = await target((_, socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${big.length}\r\n\r\n`)
      const next = () => {
        while (written < big.length) {
          const part = big.subarray(written, written + 65_536)
          written += part.length
          if (!socket.write(part)) return void socket.once('drain', next)
        }
      }
      next()
    })
    const { body } = await ask(upstream, port).answer
    await Bun.sleep(300)
    expect(written).toBeLessThan(big.length / 2)
    expect((await new Response(body as ReadableStream).bytes()).length).toBe(big.length)
  })

  test('carries more requests at a time than fetch may have', async () => {
    const waiting: net.Socket[] = []
    const port = await target((_, socket) => void waiting.push(socket))
    const answers = Array.from({ length: 400 }, () => read(port))
    while (waiting.length < 400) await Bun.sleep(10)
    for (const socket of waiting) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    expect(new Set((await Promise.all(answers)).map(String))).toEqual(new Set(['200,ok']))
  })

  test('a request that is given up closes its connection at the target', async () => {
    let closed = false
    const port = await target((_, socket) => socket.once('close', () => (closed = true)))
    const exchange = ask(upstream, port)
    await Bun.sleep(50)
    exchange.cancel(new Error('no longer wanted'))
    expect(exchange.answer).rejects.toThrow('no longer wanted')
    await Bun.sleep(50)
    expect(closed).toBe(true)
  })
})
