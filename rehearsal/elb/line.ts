import type { Socket } from 'bun'
import { type Answer, type Incoming, receiveAnswer } from './incoming.ts'
import { writeHead } from './wire.ts'

export interface Outgoing {
  method: string
  path: string
  headers: Headers
  /** Bytes are sent with their length, a stream in chunks. */
  body: Uint8Array | ReadableStream<Uint8Array> | null
}

export interface ExchangeEvents {
  /** Bytes arrived. */
  onActivity(): void
  /** An answer that was handed over is complete, or never will be. */
  onEnd(): void
}

/** Where a connection goes between two requests. */
export interface Pool {
  put(line: Line): void
  forget(line: Line): void
}

export async function connect(port: number, pool: Pool): Promise<Line> {
  const line = new Line(port, pool)
  await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      open: (socket) => line.opened(socket),
      data: (_, bytes) => line.receive(bytes),
      drain: () => line.drained(),
      end: () => line.ended(),
      close: () => line.ended(),
      error: (_, error) => line.abandon(error),
    },
  })
  return line
}

interface Current {
  answer: Answer
  events: ExchangeEvents
  reject(reason: Error): void
  sent: boolean
  handedOver?: boolean
  /** Set with the last byte of the answer. */
  complete?: { keepAlive: boolean }
}

/** One connection to a target, carrying one request at a time. */
export class Line {
  idleSince = 0
  /** No byte of an answer has come for the request under way. */
  silent = true
  private socket: Socket | undefined
  private closed = false
  private current: Current | undefined
  private unsent: Uint8Array | undefined
  private whenDrained: (() => void) | undefined

  constructor(
    readonly port: number,
    private readonly pool: Pool,
  ) {}

  opened(socket: Socket): void {
    this.socket = socket
  }

  send(outgoing: Outgoing, events: ExchangeEvents): Promise<Incoming> {
    this.silent = true
    return new Promise((resolve, reject) => {
      const answer = receiveAnswer({
        method: outgoing.method,
        onAnswer: (answer) => {
          current.handedOver = true
          resolve(answer)
        },
        onComplete: (keepAlive) => this.complete(current, keepAlive),
        onUnwanted: () => this.abandon(new Error('Nobody reads the answer')),
        pause: () => void this.socket?.pause(),
        resume: () => void this.socket?.resume(),
      })
      const current: Current = { answer, events, reject, sent: false }
      this.current = current
      if (this.closed) this.abandon(new Error('The target closed the connection'))
      else this.transmit(outgoing, current).catch((error) => this.abandon(error))
    })
  }

  private async transmit({ method, path, headers, body }: Outgoing, current: Current): Promise<void> {
    headers.set('connection', 'keep-alive')
    if (body instanceof ReadableStream) {
      headers.delete('content-length')
      headers.set('transfer-encoding', 'chunked')
    } else if (body || method === 'POST' || method === 'PUT' || method === 'PATCH') {
      headers.set('content-length', String(body?.length ?? 0))
    }
    const head = Buffer.from(writeHead(method, path, headers), 'latin1')
    if (body instanceof ReadableStream) {
      await this.write(head)
      for await (const chunk of body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
        if (this.current !== current) return
        const size = Buffer.from(`${chunk.length.toString(16)}\r\n`)
        if (chunk.length > 0) await this.write(Buffer.concat([size, chunk, Buffer.from('\r\n')]))
      }
      await this.write(Buffer.from('0\r\n\r\n'))
    } else {
      await this.write(body ? Buffer.concat([head, body]) : head)
    }
    current.sent = true
    if (current.complete) this.release(current.complete.keepAlive)
  }

  /** Resolves when the system has taken all of it. */
  private async write(bytes: Uint8Array): Promise<void> {
    this.unsent = bytes
    this.drained()
    while (this.unsent && !this.closed) {
      await new Promise<void>((resolve) => {
        this.whenDrained = resolve
      })
    }
  }

  drained(): void {
    if (!this.unsent) return
    const written = Math.max(0, this.socket?.write(this.unsent) ?? 0)
    this.unsent = written < this.unsent.length ? this.unsent.subarray(written) : undefined
    if (!this.unsent) this.whenDrained?.()
  }

  receive(bytes: Uint8Array): void {
    this.silent = false
    // Nobody asked: whatever it is, the connection is not to be trusted any more.
    if (!this.current) {
      this.close()
      return
    }
    this.current.events.onActivity()
    try {
      this.current.answer.feed(bytes)
    } catch (error) {
      this.abandon(error as Error)
    }
  }

  private complete(current: Current, keepAlive: boolean): void {
    current.complete = { keepAlive }
    current.events.onEnd()
    if (current.sent) this.release(keepAlive)
  }

  private release(keepAlive: boolean): void {
    this.current = undefined
    if (!keepAlive || this.closed) {
      this.close()
      return
    }
    this.idleSince = performance.now()
    this.socket?.resume()
    this.pool.put(this)
  }

  ended(): void {
    this.closed = true
    this.pool.forget(this)
    this.whenDrained?.()
    if (!this.current?.answer.closed()) this.abandon(new Error('The target closed the connection'))
  }

  /** Gives up the request under way, and the connection with it. */
  abandon(reason: Error): void {
    const { current } = this
    this.current = undefined
    this.close()
    if (!current || current.complete) return
    if (!current.handedOver) {
      current.reject(reason)
      return
    }
    current.answer.fail(reason)
    current.events.onEnd()
  }

  close(): void {
    this.closed = true
    this.pool.forget(this)
    this.whenDrained?.()
    this.socket?.terminate()
  }
}
