import { allotPort, releasePort } from '../network/ports.ts'
import type { World } from '../world.ts'
import type { Certificates } from './certificates.ts'
import { openDoor } from './door.ts'
import type { Listener, LoadBalancer } from './model.ts'

export type Answering = (
  loadBalancerArn: string,
  listenerArn: string,
  request: Request,
  clientIp: string,
) => Response | Promise<Response>

/** Big enough for any upload; the limit of a request is the target's to set. */
const mostBytes = 1024 ** 3

export type Ports = ReturnType<typeof createPorts>

/**
 * Which loopback ports stand for which load balancers. Each has one port for life, its address in every
 * answer: plain HTTP there reaches the listener on 80, TLS the one on 443. Further listeners have ports of
 * their own.
 */
export function createPorts(
  world: World,
  certificates: Pick<Certificates, 'namesOf' | 'issue'>,
  answering: Answering,
) {
  const main = new Map<string, number>()
  const own = new Map<string, number>()
  const open = new Map<string, { stop(): void }>()

  function portFor(map: Map<string, number>, arn: string): number {
    const port = map.get(arn) ?? allotPort()
    map.set(arn, port)
    return port
  }

  const reserve = (loadBalancerArn: string) => portFor(main, loadBalancerArn)

  function plan(balancer: LoadBalancer): Opening[] {
    const { plain, secure } = mainListeners(balancer)
    const port = reserve(balancer.arn)
    const alone = plain && !secure
    const servers = balancer.listeners.map(
      (listener): Opening => ({
        kind: listener.protocol === 'HTTPS' ? 'https' : 'http',
        port: alone && listener === plain ? port : portFor(own, listener.arn),
        balancer: balancer.arn,
        listener: listener.arn,
        names: certificates.namesOf(listener),
      }),
    )
    if (alone) return servers
    // Open while there is no listener too: from its creation on, the port is this load balancer's.
    const inside = (listener: Listener | undefined) => (listener ? portFor(own, listener.arn) : undefined)
    return [...servers, { kind: 'door', port, plain: inside(plain), secure: inside(secure) }]
  }

  function start(opening: Opening): { stop(): void } {
    if (opening.kind === 'door') return openDoor(opening)
    const { port, balancer, listener, names } = opening
    const options = {
      hostname: '127.0.0.1',
      port,
      reusePort: false,
      idleTimeout: 0,
      maxRequestBodySize: mostBytes,
      development: false,
      tls: opening.kind === 'https' ? certificates.issue(names) : undefined,
      fetch: (request: Request, server: Bun.Server<undefined>) =>
        answering(balancer, listener, request, server.requestIP(request)?.address ?? '127.0.0.1'),
      error(cause: Error) {
        world.log('elb', `A request failed inside the load balancer: ${cause}`)
        return new Response(null, { status: 500 })
      },
    }
    const server = Bun.serve(options as Bun.Serve.Options<undefined>)
    return { stop: () => void server.stop(true) }
  }

  return {
    /** The loopback port that stands for a load balancer, from its creation on. */
    reserve,
    /** Where a listener, by its port on AWS, is reached. */
    portOf({ arn, listeners }: LoadBalancer, port: number): number | undefined {
      const listener = listeners.find((one) => one.port === port)
      if (!listener) return undefined
      const { plain, secure } = mainListeners({ listeners })
      return listener === plain || listener === secure ? main.get(arn) : own.get(listener.arn)
    },
    /** Opens and closes ports until they match the listeners there are. */
    serve(balancers: LoadBalancer[]): void {
      const wanted = new Map(balancers.flatMap(plan).map((opening) => [JSON.stringify(opening), opening]))
      for (const [key, server] of open) {
        if (wanted.has(key)) continue
        server.stop()
        open.delete(key)
      }
      for (const [key, opening] of wanted) if (!open.has(key)) open.set(key, start(opening))
      releaseOthers(own, new Set(balancers.flatMap(({ listeners }) => listeners.map(({ arn }) => arn))))
    },
    async stop(): Promise<void> {
      for (const server of open.values()) server.stop()
      open.clear()
    },
  }
}

type Opening =
  | { kind: 'http' | 'https'; port: number; balancer: string; listener: string; names: string[] }
  | { kind: 'door'; port: number; plain: number | undefined; secure: number | undefined }

/** The listeners that a plain `http://` and a plain `https://` address mean. */
function mainListeners({ listeners }: Pick<LoadBalancer, 'listeners'>): {
  plain?: Listener
  secure?: Listener
} {
  const first = (protocol: string, port: number) => {
    const of = listeners.filter((listener) => listener.protocol === protocol)
    return of.find((listener) => listener.port === port) ?? of.sort((a, b) => a.port - b.port)[0]
  }
  const plain = first('HTTP', 80)
  const secure = first('HTTPS', 443)
  return { ...(plain ? { plain } : {}), ...(secure ? { secure } : {}) }
}

function releaseOthers(map: Map<string, number>, alive: Set<string>): void {
  for (const [arn, port] of map) {
    if (alive.has(arn)) continue
    map.delete(arn)
    releasePort(port)
  }
}
