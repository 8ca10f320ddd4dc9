/**
 * The client's address: the entry of X-Forwarded-For that the outermost trusted proxy wrote, counted from the right,
 * because everything to the left of it is the client's own claim. With no trusted proxy it is the connection's.
 */
export function clientAddress(
  forwarded: string | null,
  hops: number,
  connection: () => string | undefined,
): string {
  if (hops > 0 && forwarded) {
    const entries = forwarded.split(',')
    const entry = entries[entries.length - hops]?.trim()
    if (entry && /^[0-9a-fA-F.:[\]%]{2,64}$/.test(entry)) return entry
  }
  return connection() ?? 'unknown'
}
