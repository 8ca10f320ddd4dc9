import { writeSync } from 'node:fs'
import type { Session } from './session'

/** Ctrl-C and SIGTERM end a run in order; the second one at once. */
export function listen(session: Session): () => void {
  let heard = 0
  const names = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'SIGHUP' } as const
  const handlers = Object.entries(names).map(([signal, name]) => {
    const handle = () => {
      heard++
      if (heard === 1) return session.interrupt(name)
      session.children.kill()
      writeSync(2, '\nEnded at once. A lock that was held expires by itself.\n')
      process.exit(130)
    }
    process.on(signal, handle)
    return () => process.off(signal, handle)
  })
  return () => {
    for (const stop of handlers) stop()
  }
}
