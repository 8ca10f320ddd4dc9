import type { Model } from './models'
import { encodeCbor } from './protocol/cbor'
import { withDates } from './protocol/decode'
import { toJson } from './protocol/values'
import type { Wire } from './protocol/wire'

/** Headers that belong to one connection, or that describe a body as it was before it was read. */
const ownToTheHop = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'expect',
  'accept-encoding',
  'upgrade',
  'te',
]

export interface Forwarded {
  url: URL
  method: string
  headers: Headers
  raw: Uint8Array<ArrayBuffer>
}

/** Sends a request to moto as it came, and gives back what moto said. */
export async function forward(
  motoUrl: string,
  request: Forwarded,
  wire: Wire,
  model: Model | undefined,
): Promise<Response> {
  const headers = new Headers(request.headers)
  for (const name of ownToTheHop) headers.delete(name)
  let { raw } = request
  let path = request.url.pathname + request.url.search
  if (wire.protocol === 'cbor') {
    // moto knows no CBOR; the same services speak JSON 1.0 too.
    path = '/'
    raw = new TextEncoder().encode(toJson(wire.input()))
    headers.delete('smithy-protocol')
    headers.set('content-type', 'application/x-amz-json-1.0')
    headers.set('x-amz-target', `${model?.metadata.targetPrefix}.${wire.action}`)
  }
  const bodyless = request.method === 'GET' || request.method === 'HEAD'
  const answer = await fetch(motoUrl + path, {
    method: request.method,
    headers,
    redirect: 'manual',
    // An object stored gzipped goes out as it was stored.
    decompress: false,
    ...(bodyless ? {} : { body: raw }),
  })
  if (wire.protocol === 'cbor' && model) return inCbor(answer, wire, model)
  const out = new Headers(answer.headers)
  for (const name of ['connection', 'transfer-encoding', 'keep-alive']) out.delete(name)
  // Without a body the length is the object's own (HEAD), and must survive.
  if (request.method === 'HEAD') return new Response(null, { status: answer.status, headers: out })
  out.delete('content-length')
  return new Response(await answer.arrayBuffer(), { status: answer.status, headers: out })
}

async function inCbor(answer: Response, wire: Wire, model: Model): Promise<Response> {
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  const output = model.operations[wire.action]?.output
  const value = answer.ok && output ? withDates(model, output, body) : body
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }
  return new Response(encodeCbor(value), { status: answer.status, headers })
}
