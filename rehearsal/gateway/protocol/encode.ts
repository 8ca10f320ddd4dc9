import type { AwsError } from '../call'
import type { Model } from '../models'
import { encodeCbor } from './cbor'
import { writeAnswer } from './query-answer'
import { toJson } from './values'
import type { Wire } from './wire'
import { xmlText } from './xml'

/** An answer of plain members, in the protocol that its call came in. */
export function encodeAnswer(
  wire: Wire,
  model: Model | undefined,
  value: Record<string, unknown>,
  requestId: string,
): Response {
  const body =
    wire.protocol === 'query' || wire.protocol === 'ec2'
      ? writeAnswer(model, wire.action, value, requestId)
      : wire.protocol === 'cbor'
        ? encodeCbor(value)
        : toJson(value)
  return respond(wire, body, 200, requestId)
}

/** An error in the form its protocol's clients look for it. */
export function encodeError(
  wire: Wire,
  model: Model | undefined,
  error: AwsError,
  requestId: string,
): Response {
  const { code, message } = error
  const status = modelStatus(model, wire, error)
  switch (wire.protocol) {
    case 'query': {
      const type = status >= 500 ? 'Receiver' : 'Sender'
      const words = `<Type>${type}</Type><Code>${xmlText(code)}</Code><Message>${xmlText(message)}</Message>`
      const space = model?.metadata.xmlNamespace ? ` xmlns="${model.metadata.xmlNamespace}"` : ''
      const body = `<ErrorResponse${space}><Error>${words}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
      return respond(wire, body, status, requestId)
    }
    case 'ec2': {
      const words = `<Error><Code>${xmlText(code)}</Code><Message>${xmlText(message)}</Message></Error>`
      const body = `<Response><Errors>${words}</Errors><RequestID>${requestId}</RequestID></Response>`
      return respond(wire, body, status, requestId)
    }
    case 'rest-xml': {
      const words = `<Code>${xmlText(code)}</Code><Message>${xmlText(message)}</Message>`
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${words}<RequestId>${requestId}</RequestId></Error>`
      return respond(wire, body, status, requestId)
    }
    case 'cbor':
      return respond(wire, encodeCbor({ __type: code, message }), status, requestId, queryError(code, status))
    case 'rest-json':
      return respond(wire, toJson({ message }), status, requestId, { 'x-amzn-errortype': code })
    default:
      return respond(wire, toJson({ __type: code, message }), status, requestId, queryError(code, status))
  }
}

/** Services that moved from the query protocol to JSON tell their old code in a header. */
function queryError(code: string, status: number): Record<string, string> {
  return { 'x-amzn-query-error': `${code};${status >= 500 ? 'Receiver' : 'Sender'}` }
}

/** The HTTP status that the model gives an error, where the handler named only the error. */
function modelStatus(model: Model | undefined, wire: Wire, { code, status }: AwsError): number {
  if (!model || status !== 400 || wire.protocol === 'json') return status
  for (const [name, shape] of Object.entries(model.shapes)) {
    if (shape.exception && (shape.error?.code ?? name) === code) return shape.error?.httpStatusCode ?? status
  }
  return status
}

function respond(
  wire: Wire,
  body: string | Uint8Array<ArrayBuffer>,
  status: number,
  requestId: string,
  extra: Record<string, string> = {},
): Response {
  const headers: Record<string, string> = {
    'content-type': wire.contentType,
    'x-amzn-requestid': requestId,
    ...(wire.scope.service === 's3' && { 'x-amz-request-id': requestId }),
    ...(wire.protocol === 'cbor' && { 'smithy-protocol': 'rpc-v2-cbor' }),
    ...extra,
  }
  return new Response(body, { status, headers })
}
