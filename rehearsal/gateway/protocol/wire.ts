import type { Members } from '../call'
import type { Model } from '../models'
import { type Scope, scopeOf } from '../scope'
import { decodeCbor } from './cbor'
import { readEc2Query, readQuery } from './query'
import { restOperation } from './rest'
import { s3Operation } from './s3'

export type Protocol = 'json' | 'query' | 'ec2' | 'rest-json' | 'rest-xml' | 'cbor'

/** A request with its protocol undone as far as naming the call; `input` is read when a handler needs it. */
export interface Wire {
  protocol: Protocol
  scope: Scope
  action: string
  /** JSON's version, to answer in the same. */
  contentType: string
  input(): Members
}

type Models = (service: string) => Model | undefined

const formType = 'application/x-www-form-urlencoded'

/** Undefined when the request is no AWS call at all: not signed, and of no known form. */
export function readWire(request: Request, url: URL, raw: Uint8Array, models: Models): Wire | undefined {
  const type = request.headers.get('content-type') ?? ''
  const scope = scopeOf(request.headers, url)
  const target = request.headers.get('x-amz-target')
  if (target && scope) {
    const action = target.slice(target.lastIndexOf('.') + 1)
    return { protocol: 'json', scope, action, contentType: type, input: () => parseJson(raw) }
  }
  const rpc = /\/service\/[^/]+\/operation\/(\w+)$/.exec(url.pathname)
  if (rpc?.[1] && scope && request.headers.get('smithy-protocol') === 'rpc-v2-cbor') {
    const input = () => (raw.length > 0 ? (decodeCbor(raw) as Members) : {})
    return { protocol: 'cbor', scope, action: rpc[1], contentType: 'application/cbor', input }
  }
  const form = type.startsWith(formType)
    ? new URLSearchParams(new TextDecoder().decode(raw))
    : url.searchParams
  const action = form.get('Action')
  if (action && url.pathname === '/') return queryWire(form, action, scope, models)
  if (!scope) return undefined
  if (scope.service === 's3') {
    const { action, input } = s3Operation(request.method, url, request.headers)
    return { protocol: 'rest-xml', scope, action, contentType: 'application/xml', input: () => input }
  }
  const model = models(scope.service)
  const found = model && restOperation(model, request.method, url)
  const protocol = model?.metadata.protocol === 'rest-xml' ? 'rest-xml' : 'rest-json'
  return {
    protocol,
    scope,
    action: found?.action ?? `${request.method} ${url.pathname}`,
    contentType: protocol === 'rest-xml' ? 'application/xml' : 'application/json',
    input: () => ({ ...found?.input, ...(protocol === 'rest-json' ? parseJson(raw) : {}) }),
  }
}

function queryWire(
  form: URLSearchParams,
  action: string,
  scope: Scope | undefined,
  models: Models,
): Wire | undefined {
  // The calls that obtain credentials in exchange for a token are the ones nobody can sign.
  const anonymous = /^AssumeRoleWith(WebIdentity|SAML)$/.test(action)
  const by = scope ?? (anonymous ? { accessKey: '', region: 'us-east-1', service: 'sts' } : undefined)
  if (!by) return undefined
  const ec2 = by.service === 'ec2'
  return {
    protocol: ec2 ? 'ec2' : 'query',
    scope: by,
    action,
    contentType: 'text/xml;charset=utf-8',
    input: () => (ec2 ? readEc2Query(form) : readQuery(form, models(by.service), action)),
  }
}

function parseJson(raw: Uint8Array): Members {
  if (raw.length === 0) return {}
  try {
    return JSON.parse(new TextDecoder().decode(raw)) as Members
  } catch {
    return {}
  }
}
