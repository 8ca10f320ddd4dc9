import { AwsError, type Members } from '../call'
import type { Member, Model } from '../models'
import { decodeCbor } from './cbor'
import { readAnswer } from './query-answer'
import type { Wire } from './wire'
import { find, parseXml } from './xml'

/** As much of a Response as decoding needs: a clone's type is not quite the original's. */
export type Readable = Pick<Response, 'ok' | 'status' | 'text' | 'bytes'> & {
  headers: { get(name: string): string | null }
}

/** The members of an answer that came back from moto or a handler below; an error answer is thrown. */
export async function decodeAnswer(
  wire: Wire,
  model: Model | undefined,
  response: Readable,
): Promise<Members> {
  if (!response.ok) throw await decodeError(wire, response)
  if (wire.protocol === 'cbor') return decodeCbor(await response.bytes()) as Members
  const text = await response.text()
  if (wire.protocol === 'json' || wire.protocol === 'rest-json') return text ? JSON.parse(text) : {}
  if (!model)
    throw new Error(`Decode ${wire.scope.service}:${wire.action}: no service model of ${wire.scope.service}`)
  return readAnswer(model, wire.action, text)
}

async function decodeError(wire: Wire, response: Readable): Promise<AwsError> {
  const text = await response.text()
  if (wire.protocol === 'json' || wire.protocol === 'rest-json') {
    const body = parse(text)
    const code = body.__type ?? response.headers.get('x-amzn-errortype') ?? 'InternalFailure'
    return new AwsError(code.replace(/^.*#/, ''), body.message ?? body.Message ?? '', response.status)
  }
  const root = parseXml(text)
  return new AwsError(
    find(root, 'Code')?.text ?? 'InternalFailure',
    find(root, 'Message')?.text ?? '',
    response.status,
  )
}

function parse(text: string): Record<string, string | undefined> {
  try {
    return JSON.parse(text) as Record<string, string | undefined>
  } catch {
    return {}
  }
}

/** JSON has times as numbers where CBOR has them as times: the model says which members they are. */
export function withDates(model: Model, member: Member, value: unknown): unknown {
  const shape = model.shapes[member.shape]
  if (!shape || value === null || value === undefined) return value
  if (shape.type === 'timestamp')
    return typeof value === 'number' ? new Date(value * 1000) : new Date(String(value))
  if (shape.type === 'list' && shape.member) {
    const each = shape.member
    return (value as unknown[]).map((item) => withDates(model, each, item))
  }
  if (shape.type !== 'structure') return value
  const members = Object.entries(shape.members ?? {})
  const given = value as Record<string, unknown>
  return Object.fromEntries(
    members.flatMap(([name, each]) => (name in given ? [[name, withDates(model, each, given[name])]] : [])),
  )
}
