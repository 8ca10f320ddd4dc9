/** Records hold dates; the JSON protocol writes them as seconds since 1970, and leaves out what is not there. */
export function wire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (Array.isArray(value)) return value.map(wire)
  if (value && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, it]) => (it === undefined ? [] : [[name, wire(it)]])),
    )
  return value
}

/** One page of a list, with the token of the next. */
export function page<T>(
  all: T[],
  size: number,
  token: string | undefined,
): { items: T[]; nextToken?: string } {
  const from = token ? Number(Buffer.from(token, 'base64').toString()) || 0 : 0
  const to = from + size
  const more = to < all.length
  return {
    items: all.slice(from, to),
    ...(more && { nextToken: Buffer.from(String(to)).toString('base64') }),
  }
}
