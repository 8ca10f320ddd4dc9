import type { Server } from 'bun'
import { allowedMethods, reply } from '../app.ts'
import { clientAddress } from '../limits/address.ts'
import type { Log } from '../logging/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { commonHeaders, startTrace, type Trace } from './trace.ts'

interface Application {
  fetch: (request: Request) => Response | Promise<Response>
  routes: { method: string; path: string }[]
}

export interface HandlerOptions {
  app: Application
  metrics: Metrics
  log: Log
  trustedProxyHops: number
  pseudonym: (address: string) => string
  /** While true, every answer asks its connection to close, so that a keep-alive client goes elsewhere. */
  closing: () => boolean
  /** Until the documents are read: resolves when they are. */
  starting: () => Promise<void> | undefined
}

/** Asked every few seconds by load balancers and scrapers: their lines would be most of the log. */
const quiet = new Set(['/health', '/ready', '/metrics'])

/** What happens around every request: id, method, answer, metrics, log line. Also counts what is under way. */
export function createHandler({
  app,
  metrics,
  log,
  trustedProxyHops,
  pseudonym,
  closing,
  starting,
}: HandlerOptions) {
  const allowed = allowedMethods(app.routes)
  const known = new Set(app.routes.map(({ path }) => path))
  const answered = new Set(app.routes.map(({ method, path }) => `${method} ${path}`))
  const counts = new Map<string, Map<number, { value: number }>>()
  let underWay = 0

  function countOf(route: string, status: number): { value: number } {
    const known = counts.get(route)?.get(status)
    if (known) return known
    const series = metrics.requests.series(route, String(status))
    counts.set(route, (counts.get(route) ?? new Map()).set(status, series))
    return series
  }

  function answer(request: Request, path: string, trace: Trace): Response | Promise<Response> {
    const methods = answered.has(`${request.method} ${path}`) ? undefined : allowed(path)
    if (methods && methods.length > 0 && !methods.includes(request.method)) {
      const allow = { allow: [...methods, 'OPTIONS'].join(', ') }
      if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: allow })
      return reply(
        405,
        'method_not_allowed',
        `This address answers to ${methods.join(', ')}.`,
        trace.id,
        allow,
      )
    }
    return request.method === 'HEAD' ? head(request) : app.fetch(request)
  }

  async function head(request: Request): Promise<Response> {
    const { status, headers } = await app.fetch(new Request(request, { method: 'GET' }))
    return new Response(null, { status, headers })
  }

  function handle(request: Request, server: Server<undefined>): Response | Promise<Response> {
    const address = clientAddress(
      request.headers.get('x-forwarded-for'),
      trustedProxyHops,
      () => server.requestIP(request)?.address,
    )
    const trace = startTrace(request, pseudonym(address))
    const path = pathOf(request.url)
    underWay += 1
    const start = quiet.has(path) ? undefined : starting()
    const answering = start ? start.then(() => answer(request, path, trace)) : answer(request, path, trace)
    return answering instanceof Promise
      ? answering.then((response) => dress(response, request, path, trace))
      : dress(answering, request, path, trace)
  }

  function dress(response: Response, request: Request, path: string, trace: Trace): Response {
    if (!trace.dressed) {
      for (const [name, value] of Object.entries(commonHeaders(trace))) response.headers.set(name, value)
    }
    if (closing()) response.headers.set('connection', 'close')
    if (trace.streamed) void trace.streamed.then(() => finish(request, path, trace, response.status))
    else finish(request, path, trace, response.status)
    return response
  }

  /** A streamed answer is over when its last word is out, not when its headers are. */
  function finish(request: Request, path: string, trace: Trace, status: number): void {
    underWay -= 1
    const ms = performance.now() - trace.started
    const route = known.has(path)
      ? path
      : path.startsWith('/api/sessions/')
        ? '/api/sessions/:id'
        : 'unmatched'
    countOf(route, status).value += 1
    metrics.latency.observe(ms / 1000, route)
    if (route === '/api/chatbot') metrics.answered(Math.round(ms * 10) / 10)
    const line = {
      request_id: trace.id,
      method: request.method,
      path: route === 'unmatched' ? undefined : path,
      status,
      client: trace.address,
      ms: Math.round(ms * 10) / 10,
      session: trace.note.session,
      from_cache: trace.note.fromCache,
      model: trace.note.model,
      handoff: trace.note.handoff,
    }
    // A start and a stop are no errors: /ready says 503 during both.
    const expected = quiet.has(path) && (status < 500 || status === 503)
    log.request(expected ? 'debug' : status >= 500 ? 'error' : 'info', line)
  }

  return { handle, underWay: () => underWay }
}

/** The path of an absolute URL, without the cost of parsing it. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const query = url.indexOf('?', start)
  return query === -1 ? url.slice(start) : url.slice(start, query)
}
