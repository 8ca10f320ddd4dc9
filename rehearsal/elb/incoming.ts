import { type BodyReader, bodyReader, type Head, readHead } from './wire.ts'

export interface Incoming {
  status: number
  reason: string
  headers: Headers
  /** Whole when it is small, as it flows when it is not; null where an answer has none. */
  body: Uint8Array | ReadableStream<Uint8Array> | null
}

export interface Receiving {
  method: string
  /** The answer can be handed on: at its end if its body is small, else at its beginning. */
  onAnswer(answer: Incoming): void
  /** The last byte came. */
  onComplete(keepAlive: boolean): void
  /** Who reads the body has no use for more of it. */
  onUnwanted(): void
  /** The reader of the body is behind; and again ready. */
  pause(): void
  resume(): void
}

/** Small answers are handed over whole: one packet to the client instead of a stream. */
const wholeBytes = 256 * 1024
const longestHead = 64 * 1024

export type Answer = ReturnType<typeof receiveAnswer>

/** Puts one answer together from the bytes of a connection. */
export function receiveAnswer({ method, onAnswer, onComplete, onUnwanted, pause, resume }: Receiving) {
  let pending: Buffer | undefined
  let head: Head | undefined
  let reader: BodyReader | undefined
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  const received: Uint8Array[] = []

  function feed(bytes: Uint8Array): void {
    if (reader) takeBody(reader, bytes)
    else takeHead(bytes)
  }

  function takeHead(bytes: Uint8Array): void {
    pending = pending ? Buffer.concat([pending, bytes]) : Buffer.from(bytes)
    const end = pending.indexOf('\r\n\r\n')
    if (end < 0) {
      if (pending.length > longestHead) throw new Error('The head of the answer is too long')
      return
    }
    const read = readHead(pending.subarray(0, end).toString('latin1'), method)
    const rest = pending.subarray(end + 4)
    pending = undefined
    // 100 Continue and its like come before the answer.
    if (read.status >= 200) begin(read, rest)
    else if (rest.length > 0) takeHead(rest)
  }

  function begin(read: Head, rest: Uint8Array): void {
    head = read
    reader = bodyReader(head.framing)
    if (!isSmall(head)) onAnswer({ ...answerOf(head), body: flowing() })
    const isEmpty =
      head.framing.kind === 'none' || (head.framing.kind === 'length' && head.framing.bytes === 0)
    if (rest.length > 0 || isEmpty) takeBody(reader, rest)
  }

  function flowing(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        start(controller) {
          stream = controller
        },
        pull: resume,
        cancel: onUnwanted,
      },
      new ByteLengthQueuingStrategy({ highWaterMark: wholeBytes }),
    )
  }

  function takeBody(from: BodyReader, bytes: Uint8Array): void {
    const { content, done } = from.feed(bytes)
    if (stream) {
      for (const part of content) stream.enqueue(part)
      if (!done && (stream.desiredSize ?? 1) <= 0) pause()
    } else received.push(...content)
    if (done) complete()
  }

  function complete(): void {
    if (!head) return
    if (stream) stream.close()
    else onAnswer({ ...answerOf(head), body: head.framing.kind === 'none' ? null : joined(received) })
    onComplete(head.keepAlive)
  }

  return {
    feed,
    /** The connection closed. For an answer of unknown length that is its end: true; for others too early. */
    closed(): boolean {
      if (head?.framing.kind !== 'close') return false
      complete()
      return true
    },
    fail(reason: Error): void {
      stream?.error(reason)
    },
  }
}

function isSmall({ framing }: Head): boolean {
  return framing.kind === 'none' || (framing.kind === 'length' && framing.bytes <= wholeBytes)
}

function answerOf({ status, reason, headers }: Head) {
  return { status, reason, headers }
}

function joined(parts: Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}
