/**
 * Loaded into every process of a task before the image's own program (`bun --preload`). It gives the
 * process the network of a container in a VPC, on a machine where all of it is loopback:
 *
 * - listening on a container port binds the loopback port that this task was allotted for it;
 * - `fetch` to localhost on such a port reaches that listener (the container's health check does so);
 * - a connection to a known `host:port` goes to this task's own proxy for it, where the security groups
 *   and routes of the task decide; TLS, and the name it is checked against, stay end to end;
 * - every other name does not resolve, and every other address is silent: a rehearsal reaches nothing outside.
 *
 * REHEARSAL_NETWORK holds it as JSON:
 *   listen  container port → loopback port
 *   spare   loopback ports for what is listened on besides: no two tasks share a port, as no two containers do
 *   hosts   "host:port" → loopback port of the task's proxy
 *   plain   those of hosts that speak HTTP without TLS although the address says https
 *   silent  loopback port that takes connections and never answers
 *
 * This file imports nothing of the project: it runs inside the task.
 */
import http from 'node:http'
import net from 'node:net'

interface Map {
  listen: Record<string, number>
  spare: number[]
  hosts: Record<string, number>
  plain: string[]
  silent: number
}

const map: Map = JSON.parse(
  process.env.REHEARSAL_NETWORK ?? '{"listen":{},"spare":[],"hosts":{},"plain":[],"silent":0}',
)
const loopback = new Set(['127.0.0.1', 'localhost', '::1', '[::1]', '0.0.0.0', '::', '[::]'])

/** The loopback port a connection really goes to; undefined where it stays as it is; an error where no such name is. */
function route(host: string, port: number): number | undefined {
  if (loopback.has(host)) return outsideOf(port)
  const proxy = map.hosts[`${host.toLowerCase()}:${port}`]
  if (proxy !== undefined) return proxy
  const known =
    net.isIP(host) !== 0 || Object.keys(map.hosts).some((one) => one.startsWith(`${host.toLowerCase()}:`))
  if (known) return map.silent
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname: host,
  })
}

/** The same in every process of the task; port 0 is any. */
function outsideOf(port: number): number | undefined {
  if (port === 0) return undefined
  return map.listen[port] ?? map.spare[port % map.spare.length]
}

const portsInside = new Map<number, number>()

/** The container's port as its loopback one, and the way back for those who read it from the server. */
function listenOn(port: number): number {
  const outside = outsideOf(port)
  if (outside === undefined) return port
  portsInside.set(outside, port)
  return outside
}

const serve = Bun.serve
Bun.serve = ((options: { port?: number | string; unix?: string }) => {
  if (options.unix) return serve(options as never)
  const port = Number(
    options.port ?? process.env.BUN_PORT ?? process.env.PORT ?? process.env.NODE_PORT ?? 3000,
  )
  const server = serve({ ...options, port: listenOn(port), hostname: '127.0.0.1', reusePort: false } as never)
  if (outsideOf(port) !== undefined) {
    const url = new URL(server.url)
    url.port = String(port)
    Object.defineProperty(server, 'port', { value: port })
    Object.defineProperty(server, 'url', { value: url })
  }
  return server
}) as typeof Bun.serve

for (const prototype of [net.Server.prototype, http.Server.prototype]) {
  const listen = prototype.listen as (...args: unknown[]) => unknown
  prototype.listen = function (this: unknown, ...args: unknown[]) {
    const [first, ...rest] = args
    if (typeof first === 'object' && first !== null && 'port' in first) {
      return listen.call(this, { ...first, port: listenOn(Number(first.port)), host: '127.0.0.1' }, ...rest)
    }
    if (typeof first !== 'number' && !/^\d+$/.test(String(first))) return listen.apply(this, args)
    return listen.call(
      this,
      listenOn(Number(first)),
      '127.0.0.1',
      ...rest.filter((one) => typeof one === 'function'),
    )
  } as never
}

const connect = net.Socket.prototype.connect as (...args: unknown[]) => net.Socket
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const nested = Array.isArray(args[0])
  const [first, second, ...rest] = (nested ? args[0] : args) as unknown[]
  const options: Record<string, unknown> =
    typeof first === 'object' && first !== null
      ? { ...first }
      : { port: first, host: typeof second === 'string' ? second : 'localhost' }
  const callback = [second, ...rest].find((one) => typeof one === 'function')
  if (options.path || options.port === undefined) return connect.apply(this, args)
  const host = String(options.host ?? 'localhost')
  try {
    const port = route(host, Number(options.port))
    if (port === undefined) return connect.apply(this, args)
    const moved = { ...options, host: '127.0.0.1', port, servername: options.servername ?? host }
    if (!nested)
      return connect.call(this, moved, callback)
      // Arguments that were sorted out before carry a mark of the runtime's own: the list stays, its head changes.
    ;(args[0] as unknown[])[0] = moved
    return connect.apply(this, args)
  } catch (error) {
    process.nextTick(() => this.destroy(error as Error))
    return this
  }
} as never

const fetchOutside = globalThis.fetch
const fetchInside = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
  const url = new URL(input instanceof Request ? input.url : String(input))
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return fetchOutside(input, init)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  const address = `${url.hostname.toLowerCase()}:${port}`
  const target = route(url.hostname, port)
  if (target === undefined) return fetchOutside(input, init)
  const { host, hostname } = url
  if (map.plain.includes(address)) url.protocol = 'http:'
  url.hostname = '127.0.0.1'
  url.port = String(target)
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
  headers.set('host', host)
  const tls = url.protocol === 'https:' ? { tls: { serverName: hostname } } : {}
  const moved = input instanceof Request ? new Request(url.href, input as RequestInit) : url.href
  const signal = input instanceof Request && !init?.signal ? { signal: input.signal } : {}
  return fetchOutside(moved as string, { ...init, ...signal, ...tls, headers })
}
globalThis.fetch = Object.assign(fetchInside, { preconnect: fetchOutside.preconnect })
