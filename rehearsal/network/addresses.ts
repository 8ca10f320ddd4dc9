/** IPv4 arithmetic: blocks of addresses as Terraform writes them, and single addresses inside them. */

export function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

export function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
}

export function isAddress(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}

function block(cidr: string): { first: number; size: number } {
  const [base = '', bits = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  return { first: Math.floor(toNumber(base) / size) * size, size }
}

export function contains(cidr: string, ip: string): boolean {
  const [base = ''] = cidr.split('/')
  if (!isAddress(base) || !isAddress(ip)) return false
  const { first, size } = block(cidr)
  const value = toNumber(ip)
  return value >= first && value < first + size
}

/** How narrow a block is; the narrowest route wins. */
export function prefixLength(cidr: string): number {
  return Number(cidr.split('/')[1] ?? 32)
}

/** AWS keeps the first four addresses and the last one of every subnet for itself. */
const reservedAtStart = 4

/** An address of the block that nobody has, or undefined when the subnet is full. */
export function freeAddress(cidr: string, taken: Set<string>, random = Math.random): string | undefined {
  const { first, size } = block(cidr)
  const usable = size - reservedAtStart - 1
  const start = Math.floor(random() * usable)
  for (let step = 0; step < usable; step++) {
    const address = toAddress(first + reservedAtStart + ((start + step) % usable))
    if (!taken.has(address)) return address
  }
  return undefined
}
