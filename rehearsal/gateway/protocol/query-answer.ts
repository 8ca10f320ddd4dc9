import type { Members } from '../call'
import type { Member, Model, Shape } from '../models'
import { fromText, toText } from './values'
import { type Element, find, parseXml, xmlText } from './xml'

/** A query or EC2 answer: the operation's output in the element names of the service model. */
export function writeAnswer(
  model: Model | undefined,
  action: string,
  value: Record<string, unknown>,
  requestId: string,
): string {
  const operation = model?.operations[action]
  const output = operation?.output
  const content =
    model && output
      ? structure(model, model.shapes[output.shape]!, value)
      : Object.entries(value).map(guess).join('')
  const space = model?.metadata.xmlNamespace ? ` xmlns="${model.metadata.xmlNamespace}"` : ''
  if (model?.metadata.protocol === 'ec2') {
    return `<${action}Response${space}><requestId>${requestId}</requestId>${content}</${action}Response>`
  }
  const wrapper = output?.resultWrapper ?? `${action}Result`
  // An operation with no output answers with its metadata alone.
  const result = operation && !output ? '' : `<${wrapper}>${content}</${wrapper}>`
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`
  return `<${action}Response${space}>${result}${metadata}</${action}Response>`
}

function structure(model: Model, shape: Shape, value: Record<string, unknown>): string {
  return Object.entries(shape.members ?? {})
    .map(([name, member]) => element(model, member.locationName ?? name, member, value[name]))
    .join('')
}

function element(model: Model, name: string, member: Member, value: unknown): string {
  if (value === undefined || value === null) return ''
  const shape = model.shapes[member.shape]!
  if (shape.type === 'structure')
    return `<${name}>${structure(model, shape, value as Record<string, unknown>)}</${name}>`
  if (shape.type === 'list' && shape.member) {
    const each = shape.member
    const inner = each.locationName ?? 'member'
    const flat = shape.flattened ?? member.flattened
    const all = (value as unknown[]).map((item) =>
      element(model, flat ? (each.locationName ?? name) : inner, each, item),
    )
    return flat ? all.join('') : `<${name}>${all.join('')}</${name}>`
  }
  if (shape.type === 'map' && shape.value) {
    const each = shape.value
    const entries = Object.entries(value as Record<string, unknown>).map(
      ([key, item]) =>
        `<entry><${shape.key?.locationName ?? 'key'}>${xmlText(key)}</${shape.key?.locationName ?? 'key'}>` +
        `${element(model, each.locationName ?? 'value', each, item)}</entry>`,
    )
    return `<${name}>${entries.join('')}</${name}>`
  }
  return `<${name}>${xmlText(toText(value, member, shape))}</${name}>`
}

/** Without a model: lists as the query protocol has them by default. */
function guess([name, value]: [string, unknown]): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value))
    return `<${name}>${value.map((item) => guess(['member', item])).join('')}</${name}>`
  if (typeof value === 'object' && !(value instanceof Date)) {
    return `<${name}>${Object.entries(value).map(guess).join('')}</${name}>`
  }
  return `<${name}>${xmlText(toText(value))}</${name}>`
}

/** The members of a query or EC2 answer. */
export function readAnswer(model: Model, action: string, text: string): Members {
  const output = model.operations[action]?.output
  if (!output) return {}
  const root = parseXml(text)
  const from = output.resultWrapper ? find(root, output.resultWrapper) : root
  return from ? (read(model, output, model.shapes[output.shape]!, [from]) as Members) : {}
}

/** `found` are the elements of one name: more than one only where a list is flattened. */
function read(model: Model, member: Member, shape: Shape, found: Element[]): unknown {
  const first = found[0]!
  if (shape.type === 'structure') {
    const value: Record<string, unknown> = {}
    for (const [name, each] of Object.entries(shape.members ?? {})) {
      const target = model.shapes[each.shape]!
      const inner = (target.flattened ?? each.flattened) ? target.member?.locationName : undefined
      const wanted = first.children.filter((child) => child.name === (each.locationName ?? inner ?? name))
      if (wanted.length > 0) value[name] = read(model, each, target, wanted)
    }
    return value
  }
  if (shape.type === 'list' && shape.member) {
    const each = shape.member
    const elements = (shape.flattened ?? member.flattened) ? found : first.children
    return elements.map((child) => read(model, each, model.shapes[each.shape]!, [child]))
  }
  if (shape.type === 'map' && shape.value) {
    const each = shape.value
    const entries = first.children.map((entry) => {
      const key = entry.children.find((child) => child.name === (shape.key?.locationName ?? 'key'))
      const value = entry.children.find((child) => child.name === (each.locationName ?? 'value'))
      return [key?.text ?? '', value ? read(model, each, model.shapes[each.shape]!, [value]) : undefined]
    })
    return Object.fromEntries(entries)
  }
  return fromText(shape, first.text)
}
