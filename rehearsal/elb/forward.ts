import type { Incoming } from './incoming.ts'
import { errorPage } from './pages.ts'
import type { Upstream } from './upstream.ts'

export interface Forwarding {
  request: Request
  upstream: Upstream
  /** Loopback port of the target; undefined when nobody has its address, or the network drops what is sent there. */
  port: number | undefined
  headers: Headers
  idleTimeoutMs: number
  /** Counts the request as in flight, and hands over how it can be cut off; the result is called at its end. */
  begin(cutOff: () => void): () => void
}

/** How long a load balancer tries to reach a target. */
const connectTimeoutMs = 10_000
/** Bodies up to this size are taken whole, so that a lost connection can be retried. */
const wholeBytes = 256 * 1024

export interface Forwarded {
  response: Response
  /** Undefined when the answer is the load balancer's own. */
  targetStatus?: number
  /** Until the target's answer began. */
  seconds: number
}

/** Sends a request on to a target and its answer back, both as they flow. */
export async function forward({ request, upstream, port, ...by }: Forwarding): Promise<Forwarded> {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const ending = endings(request, by)
  try {
    const body = await bodyOf(request)
    if (port === undefined) {
      await Promise.race([Bun.sleep(connectTimeoutMs), ending.ended])
      ending.end()
      return { response: errorPage(504), seconds: seconds() }
    }
    const { pathname, search } = new URL(request.url)
    const exchange = upstream.exchange(
      port,
      { method: request.method, path: `${pathname}${search}`, headers: by.headers, body },
      { onActivity: ending.touch, onEnd: ending.end },
    )
    ending.cancelWith(exchange.cancel)
    const answer = await exchange.answer
    return { response: responseOf(answer), targetStatus: answer.status, seconds: seconds() }
  } catch {
    ending.end()
    return { response: errorPage(ending.reason() === 'idle' ? 504 : 502), seconds: seconds() }
  }
}

/** Everything that ends a request before or with its answer: the client, the clock, the end of draining. */
function endings(request: Request, { idleTimeoutMs, begin }: Pick<Forwarding, 'idleTimeoutMs' | 'begin'>) {
  let over = false
  let reason: 'idle' | 'client' | 'deregistered' | undefined
  let cancel: ((error: Error) => void) | undefined
  let hear = () => {}
  const ended = new Promise<void>((resolve) => {
    hear = resolve
  })
  const giveUp = (why: typeof reason) => {
    if (over) return
    reason = why
    hear()
    cancel?.(new Error(`Given up: ${why}`))
  }
  const clientGone = () => giveUp('client')
  request.signal.addEventListener('abort', clientGone, { once: true })
  const idle = setTimeout(() => giveUp('idle'), idleTimeoutMs)
  const finished = begin(() => giveUp('deregistered'))
  return {
    ended,
    reason: () => reason,
    touch: () => void idle.refresh(),
    cancelWith(how: (error: Error) => void) {
      cancel = how
      if (reason) how(new Error(`Given up: ${reason}`))
    },
    end() {
      if (over) return
      over = true
      clearTimeout(idle)
      request.signal.removeEventListener('abort', clientGone)
      finished()
    },
  }
}

async function bodyOf(request: Request): Promise<Uint8Array | ReadableStream<Uint8Array> | null> {
  if (!request.body) return null
  const length = request.headers.get('content-length')
  return length !== null && Number(length) <= wholeBytes ? await request.bytes() : request.body
}

function responseOf({ status, reason, headers, body }: Incoming): Response {
  const init = { status, statusText: reason, headers: withoutHopByHop(headers) }
  return new Response(body as Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null, init)
}

const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Headers that speak about one connection are not passed on to the next. */
export function withoutHopByHop(headers: Headers): Headers {
  const passed = new Headers(headers)
  for (const name of hopByHop) passed.delete(name)
  return passed
}
