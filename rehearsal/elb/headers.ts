import { withoutHopByHop } from './forward.ts'

export interface Connection {
  clientIp: string
  protocol: 'http' | 'https'
  /** The listener's port as AWS has it: 80, not the one on loopback. */
  listenerPort: number
}

/** A request's headers as the target gets them: who asked, how, and a trace id. */
export function forwardedHeaders(
  request: Request,
  { clientIp, protocol, listenerPort }: Connection,
): Headers {
  const headers = withoutHopByHop(request.headers)
  const before = headers.get('x-forwarded-for')
  headers.set('x-forwarded-for', before ? `${before}, ${clientIp}` : clientIp)
  headers.set('x-forwarded-proto', protocol)
  headers.set('x-forwarded-port', String(listenerPort))
  headers.set('x-amzn-trace-id', traceId(headers.get('x-amzn-trace-id')))
  return headers
}

/** `Root=1-<seconds>-<96 bits>`; one that came with a root keeps it, and gets this hop's `Self`. */
export function traceId(given: string | null, now = Date.now()): string {
  const id = `1-${Math.floor(now / 1000).toString(16)}-${randomHex(12)}`
  if (!given) return `Root=${id}`
  return given.includes('Root=') ? `Self=${id};${given}` : `Root=${id};${given}`
}

function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
}
