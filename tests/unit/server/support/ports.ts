/** A port that is free now; asked for by every server of a test, so that test runs do not meet. */
export function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = server
  server.stop(true)
  return port
}

/** Waits until it is so, and says what it waited for when it never is. */
export async function until(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<void> {
  const end = Date.now() + timeoutMs
  while (Date.now() < end) {
    if (await isSo()) return
    await Bun.sleep(25)
  }
  throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`)
}

/** Real processes on a busy machine: a test's time limit is there to end what hangs, not to measure. */
export const patience = 60_000
