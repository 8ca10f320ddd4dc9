import type { Model } from '../models'

export interface RestOperation {
  action: string
  /** What the path and the query carried. */
  input: Record<string, string>
}

/** Which operation of a REST service a request is, by the methods and paths of its model. */
export function restOperation(model: Model, method: string, url: URL): RestOperation | undefined {
  let best: { literal: number; found: RestOperation } | undefined
  for (const [action, { http }] of Object.entries(model.operations)) {
    if (http.method !== method) continue
    const [path = '/', query = ''] = http.requestUri.split('?')
    const match = pattern(path).exec(url.pathname)
    const flags = [...new URLSearchParams(query)]
    if (!match || !flags.every(([name, value]) => url.searchParams.get(name) === value)) continue
    // The path with the most fixed text wins: /functions/list before /functions/{name}.
    const literal = path.replace(/\{[^}]*\}/g, '').length + flags.length
    if (best && best.literal >= literal) continue
    const input = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]),
    )
    best = { literal, found: { action, input: { ...Object.fromEntries(url.searchParams), ...input } } }
  }
  return best?.found
}

function pattern(path: string): RegExp {
  const source = path
    .replace(/\/$/, '')
    .replace(/[.*()]/g, '\\$&')
    .replace(/\{(\w+)\+\}/g, '(?<$1>.+)')
    .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return new RegExp(`^${source}/?$`)
}
