import { Elysia } from 'elysia'
import { errorBody, Refusal } from './errors.ts'
import { traceOf } from './http/trace.ts'
import type { Log } from './logging/log.ts'

/**
 * The frame around all routes: every error leaves as JSON in one shape. It comes before the routes, because Elysia
 * would otherwise answer an unexpected error with its raw message.
 */
export function createFrame(log: Log) {
  return new Elysia({
    normalize: false,
    nativeStaticResponse: false,
    // Else a Host of fewer than four characters is taken for a part of the path.
    handler: { standardHostname: false },
  }).onError(({ error, code, request }) => {
    const { id } = traceOf(request)
    if (error instanceof Refusal) return reply(error.status, error.code, error.message, id, error.headers)
    if (code === 'NOT_FOUND') return reply(404, 'not_found', 'There is nothing at this address.', id)
    if (code === 'PARSE' || code === 'INVALID_FILE_TYPE')
      return reply(400, 'malformed_request', 'The request cannot be read.', id)
    if (request.signal.aborted) return reply(499, 'client_left', 'The client left.', id)
    log.error('request_failed', { request_id: id, error })
    return reply(500, 'internal', 'Something went wrong on our side.', id)
  })
}

export function reply(
  status: number,
  code: string,
  message: string,
  id: string,
  headers: Record<string, string> = {},
) {
  return Response.json(errorBody(code, message, id), {
    status,
    headers: { ...headers, 'cache-control': 'no-store' },
  })
}

/** Methods by path, for 405: what else an address would answer to. */
export function allowedMethods(routes: { method: string; path: string }[]): (path: string) => string[] {
  const patterns = new Map<string, { pattern: RegExp; methods: string[] }>()
  for (const { method, path } of routes) {
    const known = patterns.get(path) ?? {
      pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:[^/]+/g, '[^/]+')}$`),
      methods: [],
    }
    known.methods.push(method)
    if (method === 'GET') known.methods.push('HEAD')
    patterns.set(path, known)
  }
  return (path) =>
    [...patterns.values()].filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)
}
