import { errorPage } from './pages.ts'

export interface Forwarding {
  request: Request
  /** Loopback port of the target; undefined when nobody has its address, or the network drops what is sent there. */
  port: number | undefined
  headers: Headers
  idleTimeoutMs: number
  /** Counts the request as in flight, and hands over how it can be cut off; the result is called at its end. */
  begin(cutOff: () => void): () => void
}

/** How long a load balancer tries to reach a target. */
const connectTimeoutMs = 10_000
/** Bodies up to this size are taken whole, so that the target sees their length and a lost connection can be retried. */
const wholeBytes = 256 * 1024

export interface Forwarded {
  response: Response
  /** Undefined when the answer is the load balancer's own. */
  targetStatus?: number
  /** Until the target's answer began. */
  seconds: number
}

/** Sends a request on to a target and its answer back, both as they flow. */
export async function forward({
  request,
  port,
  headers,
  idleTimeoutMs,
  begin,
}: Forwarding): Promise<Forwarded> {
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const abort = new AbortController()
  const finished = begin(() => abort.abort('deregistered'))
  const clientGone = () => abort.abort('client')
  request.signal.addEventListener('abort', clientGone, { once: true })
  const idle = watchIdle(idleTimeoutMs, () => abort.abort('idle'))
  let over = false
  const end = () => {
    if (over) return
    over = true
    idle.stop()
    request.signal.removeEventListener('abort', clientGone)
    finished()
  }

  try {
    if (port === undefined) {
      await Promise.race([Bun.sleep(connectTimeoutMs), aborted(abort.signal)])
      end()
      return { response: errorPage(504), seconds: seconds() }
    }
    const { pathname, search } = new URL(request.url)
    const answer = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
      method: request.method,
      headers,
      body: await bodyOf(request),
      redirect: 'manual',
      decompress: false,
      signal: abort.signal,
      timeout: false,
    } as RequestInit)
    idle.touch()
    const response = await answerFrom(answer, request.method, idle.touch, end)
    return { response, targetStatus: answer.status, seconds: seconds() }
  } catch {
    end()
    return { response: errorPage(abort.signal.reason === 'idle' ? 504 : 502), seconds: seconds() }
  }
}

async function bodyOf(request: Request): Promise<ArrayBuffer | ReadableStream<Uint8Array> | null> {
  if (!request.body) return null
  const length = request.headers.get('content-length')
  return length !== null && Number(length) <= wholeBytes ? await request.arrayBuffer() : request.body
}

async function answerFrom(
  answer: Response,
  method: string,
  touch: () => void,
  end: () => void,
): Promise<Response> {
  const headers = withoutHopByHop(answer.headers)
  const { status, statusText } = answer
  const length = answer.headers.get('content-length')
  if (!answer.body || method === 'HEAD' || status === 204 || status === 304) {
    end()
    return new Response(null, { status, statusText, headers })
  }
  if (length !== null && Number(length) <= wholeBytes) {
    const body = await answer.arrayBuffer()
    end()
    return new Response(body, { status, statusText, headers })
  }
  return new Response(watched(answer.body, touch, end), { status, statusText, headers })
}

/** The same bytes, with each arrival and the end noticed. */
function watched(
  body: ReadableStream<Uint8Array>,
  touch: () => void,
  end: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        touch()
        if (value) controller.enqueue(value)
        if (!done) return
        end()
        controller.close()
      } catch (error) {
        end()
        controller.error(error)
      }
    },
    async cancel(reason) {
      end()
      await reader.cancel(reason).catch(() => {})
    },
  })
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

function watchIdle(ms: number, onIdle: () => void): { touch(): void; stop(): void } {
  const timer = setTimeout(onIdle, ms)
  return { touch: () => timer.refresh(), stop: () => clearTimeout(timer) }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
