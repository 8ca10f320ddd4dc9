/** CBOR (RFC 8949) as far as AWS's rpc-v2-cbor protocol uses it: newer SDKs speak it to CloudWatch. */

const utf8 = { read: new TextDecoder(), write: new TextEncoder() }

/** Decodes one value. Tag 1, seconds since the epoch, becomes a Date. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  const length = (info: number): number => {
    if (info < 24) return info
    const start = at
    at += 2 ** (info - 24)
    if (info === 24) return view.getUint8(start)
    if (info === 25) return view.getUint16(start)
    if (info === 26) return view.getUint32(start)
    return Number(view.getBigUint64(start))
  }
  const ended = (): boolean => view.getUint8(at) === 0xff && ++at > 0
  const sequence = <T>(info: number, one: () => T): T[] => {
    const all: T[] = []
    if (info === 31) while (!ended()) all.push(one())
    else for (let left = length(info); left > 0; left--) all.push(one())
    return all
  }
  const chunk = (info: number): Uint8Array => {
    if (info === 31) return Buffer.concat(sequence(31, () => value() as Uint8Array))
    const size = length(info)
    at += size
    return bytes.subarray(at - size, at)
  }
  const simple = (info: number): unknown => {
    if (info === 20 || info === 21) return info === 21
    if (info === 22 || info === 23) return info === 22 ? null : undefined
    at += 2 ** (info - 24)
    if (info === 25) return half(view.getUint16(at - 2))
    return info === 26 ? view.getFloat32(at - 4) : view.getFloat64(at - 8)
  }
  const value = (): unknown => {
    const head = view.getUint8(at++)
    const info = head & 31
    switch (head >> 5) {
      case 0:
        return length(info)
      case 1:
        return -1 - length(info)
      case 2:
        return chunk(info)
      case 3:
        return info === 31 ? sequence(31, value).join('') : utf8.read.decode(chunk(info))
      case 4:
        return sequence(info, value)
      case 5:
        return Object.fromEntries(sequence(info, () => [value() as string, value()]))
      case 6:
        return length(info) === 1 ? new Date((value() as number) * 1000) : value()
      default:
        return simple(info)
    }
  }
  return value()
}

function half(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const sign = bits >> 15 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Encodes plain data; a Date becomes tag 1. */
export function encodeCbor(value: unknown): Uint8Array<ArrayBuffer> {
  const out: number[] = []
  const head = (major: number, size: number) => {
    const top = major << 5
    if (size < 24) out.push(top | size)
    else if (size < 0x100) out.push(top | 24, size)
    else if (size < 0x10000) out.push(top | 25, size >> 8, size & 255)
    else {
      const wide = new DataView(new ArrayBuffer(8))
      wide.setBigUint64(0, BigInt(size))
      out.push(top | 27, ...new Uint8Array(wide.buffer))
    }
  }
  const float = (number: number) => {
    const wide = new DataView(new ArrayBuffer(8))
    wide.setFloat64(0, number)
    out.push(0xfb, ...new Uint8Array(wide.buffer))
  }
  const text = (words: string) => {
    const bytes = utf8.write.encode(words)
    head(3, bytes.length)
    for (const byte of bytes) out.push(byte)
  }
  const write = (item: unknown): void => {
    if (item === null || item === undefined) out.push(0xf6)
    else if (typeof item === 'boolean') out.push(item ? 0xf5 : 0xf4)
    else if (typeof item === 'string') text(item)
    else if (typeof item === 'number') {
      if (!Number.isSafeInteger(item)) float(item)
      else head(item < 0 ? 1 : 0, item < 0 ? -1 - item : item)
    } else if (item instanceof Date) {
      out.push(0xc1)
      float(item.getTime() / 1000)
    } else if (item instanceof Uint8Array) {
      head(2, item.length)
      for (const byte of item) out.push(byte)
    } else if (Array.isArray(item)) {
      head(4, item.length)
      for (const each of item) write(each)
    } else {
      const entries = Object.entries(item as object).filter(([, each]) => each !== undefined)
      head(5, entries.length)
      for (const [key, each] of entries) {
        text(key)
        write(each)
      }
    }
  }
  write(value)
  return new Uint8Array(out)
}
