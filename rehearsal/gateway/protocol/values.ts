import type { Member, Shape } from '../models'

/** Scalars as text, the way XML and forms carry them, to the types of the service model. */
export function fromText(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return Number(text)
    case 'boolean':
      return text.trim().toLowerCase() === 'true'
    case 'timestamp':
      return new Date(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text)
    case 'blob':
      return Uint8Array.fromBase64(text)
    default:
      return text
  }
}

/** The same, back to text. */
export function toText(value: unknown, member?: Member, shape?: Shape): string {
  if (value instanceof Date) {
    const format = member?.timestampFormat ?? shape?.timestampFormat
    return format === 'unixTimestamp' ? String(value.getTime() / 1000) : value.toISOString()
  }
  if (value instanceof Uint8Array) return value.toBase64()
  return String(value)
}

/** JSON as AWS writes it: times are seconds since the epoch, bytes are base64. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    const given = this[key]
    if (given instanceof Date) return given.getTime() / 1000
    return given instanceof Uint8Array ? given.toBase64() : plain
  })
}
