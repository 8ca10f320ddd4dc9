/**
 * Loopback ports below the range that systems hand out for outgoing connections, so that a port which is
 * allotted now and bound by a task a second later is not gone by then.
 */
const lowest = 20_000
const highest = 32_000

const allotted = new Set<number>()

/** A port that nothing listens on. It stays allotted until released. */
export function allotPort(): number {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (allotted.has(port) || !isFree(port)) continue
    allotted.add(port)
    return port
  }
  throw new Error(`No free loopback port between ${lowest} and ${highest}`)
}

export function releasePort(port: number): void {
  allotted.delete(port)
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: '127.0.0.1', port, exclusive: true, socket: { data() {} } }).stop(true)
    return true
  } catch {
    return false
  }
}
