import { writeSync } from 'node:fs'
import { exitCodes } from '../errors'
import type { Session } from './session'

const names = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'a closed terminal' } as const
const showCursor = '\x1b[?25h'

/** One Ctrl-C under `npm run` arrives twice: from the terminal, and passed on by npm. */
const echoMs = 500

/** The first signal ends a run in order; a second Ctrl-C at once. Returns how to stop listening. */
export function listen(session: Session): () => void {
  let first: number | undefined
  const handle = (signal: keyof typeof names) => {
    if (first === undefined) {
      first = Date.now()
      return session.interrupt(names[signal])
    }
    // Only a person means "now". A pipeline's SIGTERM follows its SIGINT by itself, while Terraform saves its state.
    if (signal === 'SIGINT' && Date.now() - first > echoMs) endAtOnce(session)
  }
  const signals = Object.keys(names) as (keyof typeof names)[]
  for (const signal of signals) process.on(signal, handle)
  return () => {
    for (const signal of signals) process.off(signal, handle)
  }
}

function endAtOnce(session: Session): never {
  session.children.kill()
  const screen = process.stderr.isTTY ? showCursor : ''
  writeSync(
    2,
    `${screen}\nEnded at once: nothing was put in order, and a lock that is held expires by itself\n`,
  )
  process.exit(exitCodes.interrupted)
}
