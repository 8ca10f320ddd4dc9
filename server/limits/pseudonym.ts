/**
 * Stands for a client's address in keys and log lines: the same for every replica that has the same secret, and of no
 * use to whoever reads the log without it. Without a secret (development) the address itself is used.
 */
export function pseudonyms(secret: string | undefined): (address: string) => string {
  if (!secret) return (address) => address
  const known = new Map<string, string>()
  return (address) => {
    const found = known.get(address)
    if (found) return found
    const name = new Bun.CryptoHasher('sha256', secret).update(address).digest('hex').slice(0, 16)
    if (known.size >= 10_000) known.clear()
    known.set(address, name)
    return name
  }
}
