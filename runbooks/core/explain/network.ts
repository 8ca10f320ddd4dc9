import type { Explanation } from './explain'

interface SystemLike {
  code?: string
  name?: string
  message?: string
  hostname?: string
  address?: string
  port?: number
  path?: string
}

/** Bun and Node name the same trouble differently. */
const refused = new Set(['ECONNREFUSED', 'ConnectionRefused'])
const unknownHost = new Set(['ENOTFOUND', 'EAI_AGAIN', 'DNSException', 'FailedToOpenSocket', 'ENONAME'])
const silent = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ConnectionTimeout',
  'Timeout',
  'UND_ERR_CONNECT_TIMEOUT',
])
const dropped = new Set([
  'ECONNRESET',
  'ConnectionClosed',
  'ConnectionReset',
  'EPIPE',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
])

export function explainNetwork(error: object): Explanation | undefined {
  const { code = '', name = '', hostname, address, port, path, message = '' } = error as SystemLike
  const where = hostname ?? (address ? `${address}${port ? `:${port}` : ''}` : (host(path) ?? host(message)))
  const at = where ? ` at ${where}` : ''
  if (refused.has(code))
    return { sentence: `Network: nothing answers${at} (connection refused)`, next: probe(where) }
  if (unknownHost.has(code)) {
    return {
      sentence: `Network: the name${where ? ` ${where}` : ''} cannot be resolved; is this machine online?`,
      next: probe(where),
    }
  }
  if (silent.has(code) || name === 'TimeoutError') {
    return { sentence: `Network: no answer${at} in time`, next: probe(where) }
  }
  if (dropped.has(code))
    return { sentence: `Network: the connection${at} broke off`, next: 'the same command again' }
  if (/CERT|certificate/i.test(code)) {
    return {
      sentence: `Network: the certificate${at} is not trusted (${code})`,
      next: "export NODE_EXTRA_CA_CERTS=<the proxy's CA file>",
    }
  }
  return undefined
}

function host(text: string | undefined): string | undefined {
  return text?.match(/https?:\/\/([^/\s"']+)/)?.[1] ?? text?.match(/getaddrinfo \w+ ([\w.-]+)/)?.[1]
}

function probe(where: string | undefined): string {
  if (!where) return 'curl -sSI https://sts.amazonaws.com'
  return `curl -sSI ${/:\d+$/.test(where) && !where.endsWith(':443') ? 'http' : 'https'}://${where}`
}
