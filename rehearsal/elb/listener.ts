import type { Network } from '../network/network.ts'
import { chooseGroup, chooseMember, eligible } from './choice.ts'
import { forward } from './forward.ts'
import { forwardedHeaders } from './headers.ts'
import type { Action, Listener, LoadBalancer, TargetGroup } from './model.ts'
import { errorPage } from './pages.ts'
import { type RequestLine, redirectLocation, ruleFor } from './rules.ts'
import type { Member, Targets } from './targets.ts'
import type { Exchange } from './traffic.ts'
import type { Upstream } from './upstream.ts'

export interface Plane {
  network: Pick<Network, 'lookup'>
  targets: Targets
  upstream: Upstream
  group(arn: string): TargetGroup | undefined
  /** Whether the load balancer's packets reach a target through the security groups. */
  reaches(loadBalancer: LoadBalancer, member: Member): Promise<boolean>
  /** Whether clients outside are let in on a listener's port. */
  admits(loadBalancer: LoadBalancer, port: number): Promise<boolean>
  /** What a web ACL in front of the load balancer answers in its place. */
  refusal(loadBalancer: LoadBalancer): Response | undefined
  /** Loopback port on which a listener of the load balancer can be reached. */
  publicPort(loadBalancer: LoadBalancer, port: number): number | undefined
  record(loadBalancer: LoadBalancer, exchange: Exchange, groupArn?: string): void
}

/** Answers one request that came in on a listener. */
export async function answer(
  plane: Plane,
  loadBalancer: LoadBalancer,
  listener: Listener,
  request: Request,
  clientIp: string,
): Promise<Response> {
  if (!(await plane.admits(loadBalancer, listener.port))) return silence(request)
  const refused = plane.refusal(loadBalancer)
  if (refused) {
    plane.record(loadBalancer, { status: refused.status, chosen: false })
    return refused
  }
  const line = lineOf(request, clientIp)
  const rule = ruleFor(listener.rules, line)
  const action = rule?.actions.find(({ type }) => type !== 'unsupported')
  if (action?.type === 'forward') return sendOn(plane, loadBalancer, listener, action, request, line)
  const response = await ownAnswer(plane, loadBalancer, listener, action, line)
  plane.record(loadBalancer, { status: response.status, chosen: false })
  return response
}

/** A client that the security group keeps out hears nothing until it gives up. */
function silence(request: Request): Promise<Response> {
  return new Promise((resolve) => {
    request.signal.addEventListener('abort', () => resolve(new Response(null, { status: 444 })), {
      once: true,
    })
  })
}

function lineOf(request: Request, clientIp: string): RequestLine {
  const url = new URL(request.url)
  return {
    method: request.method,
    host: request.headers.get('host') ?? url.host,
    path: url.pathname,
    query: url.search.slice(1),
    headers: request.headers,
    clientIp,
  }
}

function ownAnswer(
  plane: Plane,
  loadBalancer: LoadBalancer,
  listener: Listener,
  action: Action | undefined,
  line: RequestLine,
): Response {
  if (action?.type === 'fixed-response') {
    const headers = {
      server: 'awselb/2.0',
      'content-type': `${action.contentType ?? 'text/plain'}; charset=utf-8`,
    }
    return new Response(action.body, { status: action.status, headers })
  }
  if (action?.type === 'redirect') {
    const protocol = listener.protocol.toLowerCase()
    const location = new URL(redirectLocation(action, { ...line, protocol, port: listener.port }))
    // The port is AWS's; here that listener is reached on another one.
    const port = Number(location.port || (location.protocol === 'https:' ? 443 : 80))
    const here = plane.publicPort(loadBalancer, port)
    if (here !== undefined && location.hostname === '127.0.0.1') location.port = String(here)
    return new Response(null, {
      status: action.status,
      headers: { server: 'awselb/2.0', location: location.href },
    })
  }
  return errorPage(500)
}

async function sendOn(
  plane: Plane,
  loadBalancer: LoadBalancer,
  listener: Listener,
  action: Extract<Action, { type: 'forward' }>,
  request: Request,
  line: RequestLine,
): Promise<Response> {
  const chosen = chooseGroup(action.groups)
  const group = chosen && plane.group(chosen.arn)
  const candidates = group ? eligible(plane.targets.membersOf(group.arn)) : []
  const member = group && chooseMember(candidates, group.algorithm)
  if (!member) {
    plane.record(loadBalancer, { status: 503, chosen: false })
    return errorPage(503)
  }
  // Counted before anything is awaited: a target that begins to drain now waits for this request.
  let cutOff = () => {}
  const finished = plane.targets.begin(member, () => cutOff())
  const reached = await plane.reaches(loadBalancer, member)
  const { response, ...exchange } = await forward({
    request,
    upstream: plane.upstream,
    port: reached ? plane.network.lookup(member.target.Id, member.target.Port) : undefined,
    headers: forwardedHeaders(request, {
      clientIp: line.clientIp,
      protocol: listener.protocol === 'HTTPS' ? 'https' : 'http',
      listenerPort: listener.port,
    }),
    idleTimeoutMs: loadBalancer.idleTimeoutMs,
    begin: (how) => {
      cutOff = how
      return finished
    },
  })
  plane.record(loadBalancer, { status: response.status, chosen: true, ...exchange }, group.arn)
  return response
}
