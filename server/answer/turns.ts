import { Refusal } from '../errors.ts'
import type { Shared } from '../shared/shared.ts'

const holdMs = 40_000
const patienceMs = 15_000

/** One answer at a time for a session, on whichever replica: the second question waits for the first one's answer. */
export async function inTurn<T>(
  shared: Shared,
  session: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const key = `busy:${session}`
  const owner = Bun.randomUUIDv7()
  const until = Date.now() + patienceMs
  while (!(await shared.claim(key, owner, holdMs))) {
    signal.throwIfAborted()
    if (Date.now() > until) {
      throw new Refusal(429, 'session_busy', 'An earlier question of this session is still being answered.', {
        'retry-after': '2',
      })
    }
    await Bun.sleep(30 + Math.random() * 30)
  }
  try {
    return await work()
  } finally {
    await shared.release(key, owner)
  }
}
