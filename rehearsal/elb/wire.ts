/** HTTP/1.1 as bytes: what a target's answer says, however its bytes were cut into packets. */

export type Framing =
  | { kind: 'none' }
  | { kind: 'length'; bytes: number }
  | { kind: 'chunked' }
  | { kind: 'close' }

export interface Head {
  status: number
  reason: string
  headers: Headers
  framing: Framing
  /** Whether the connection can carry another request afterwards. */
  keepAlive: boolean
}

/** The first line and headers of an answer, without the empty line that ends them. */
export function readHead(text: string, method: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const line = /^HTTP\/1\.([01]) (\d{3})(?: (.*))?$/.exec(first)
  if (!line) throw new Error(`Malformed answer: ${first.slice(0, 80)}`)
  const headers = new Headers()
  for (const header of lines) {
    const colon = header.indexOf(':')
    if (colon <= 0) throw new Error(`Malformed header: ${header.slice(0, 80)}`)
    headers.append(header.slice(0, colon), header.slice(colon + 1).trim())
  }
  const status = Number(line[2])
  const framing = framingOf(status, headers, method)
  const connection = (headers.get('connection') ?? '').toLowerCase()
  const keepAlive =
    framing.kind !== 'close' && (line[1] === '1' ? connection !== 'close' : connection === 'keep-alive')
  return { status, reason: line[3] ?? '', headers, framing, keepAlive }
}

function framingOf(status: number, headers: Headers, method: string): Framing {
  if (method === 'HEAD' || status === 204 || status === 304 || status < 200) return { kind: 'none' }
  if (/\bchunked\b/i.test(headers.get('transfer-encoding') ?? '')) return { kind: 'chunked' }
  const length = headers.get('content-length')
  if (length === null) return { kind: 'close' }
  if (!/^\d+$/.test(length)) throw new Error(`Malformed content-length: ${length.slice(0, 80)}`)
  return { kind: 'length', bytes: Number(length) }
}

/** Takes the bytes of a body as they come; gives back what of them is content, and whether it was the last. */
export interface BodyReader {
  feed(bytes: Uint8Array): { content: Uint8Array[]; done: boolean }
}

export function bodyReader(framing: Framing): BodyReader {
  if (framing.kind === 'chunked') return chunkedReader()
  if (framing.kind === 'close') return { feed: (bytes) => ({ content: [bytes], done: false }) }
  let left = framing.kind === 'length' ? framing.bytes : 0
  return {
    feed(bytes) {
      const content = bytes.subarray(0, left)
      left -= content.length
      return { content: content.length > 0 ? [content] : [], done: left === 0 }
    },
  }
}

const lineFeed = 10
/** Longer than any size line or trailer that is meant well. */
const longestLine = 16_384

function chunkedReader(): BodyReader {
  let state: 'size' | 'content' | 'after content' | 'trailer' | 'done' = 'size'
  let line = ''
  let left = 0

  /** Reads up to the end of a line; undefined while its end has not come. */
  function takeLine(bytes: Uint8Array, from: number): { text: string; next: number } | undefined {
    const end = bytes.indexOf(lineFeed, from)
    line += Buffer.from(bytes.subarray(from, end < 0 ? bytes.length : end)).toString('latin1')
    if (line.length > longestLine) throw new Error('Malformed chunk: its line has no end')
    if (end < 0) return undefined
    const text = line.replace(/\r$/, '')
    line = ''
    return { text, next: end + 1 }
  }

  return {
    feed(bytes) {
      const content: Uint8Array[] = []
      let at = 0
      while (at < bytes.length && state !== 'done') {
        if (state === 'content') {
          const part = bytes.subarray(at, at + left)
          content.push(part)
          at += part.length
          left -= part.length
          if (left === 0) state = 'after content'
          continue
        }
        const taken = takeLine(bytes, at)
        if (!taken) break
        at = taken.next
        if (state === 'after content') state = 'size'
        else if (state === 'trailer') state = taken.text === '' ? 'done' : 'trailer'
        else {
          const size = /^([0-9a-f]{1,12})\s*(?:;|$)/i.exec(taken.text)?.[1]
          if (size === undefined) throw new Error(`Malformed chunk size: ${taken.text.slice(0, 80)}`)
          left = Number.parseInt(size, 16)
          state = left === 0 ? 'trailer' : 'content'
        }
      }
      return { content, done: state === 'done' }
    },
  }
}

/** A request's first line and headers as they go to a target. */
export function writeHead(method: string, path: string, headers: Headers): string {
  let text = `${method} ${path} HTTP/1.1\r\n`
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`
  return `${text}\r\n`
}
