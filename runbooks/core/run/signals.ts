import { writeSync } from 'node:fs'
import { exitCodes } from '../errors'
import type { Session } from './session'

const names = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'a closed terminal' } as const
const showCursor = '\x1b[?25h'

/** The first signal ends a run in order; the second at once. Returns how to stop listening. */
export function listen(session: Session): () => void {
  let heard = 0
  const handle = (signal: keyof typeof names) => {
    heard++
    if (heard === 1) return session.interrupt(names[signal])
    session.children.kill()
    const screen = process.stderr.isTTY ? showCursor : ''
    writeSync(
      2,
      `${screen}\nEnded at once: nothing was put in order, and a lock that is held expires by itself\n`,
    )
    process.exit(exitCodes.interrupted)
  }
  const signals = Object.keys(names) as (keyof typeof names)[]
  for (const signal of signals) process.on(signal, handle)
  return () => {
    for (const signal of signals) process.off(signal, handle)
  }
}
