import { sentence } from '../core/explain/explain'
import { read } from '../logs/read'
import { logSource } from '../logs/source'
import type { Place } from './collect'
import type { Entry } from './entry'
import { lineEntry } from './others'

/** So much of the log is told: further lines of a burst say the same. */
const most = 2_000
/** And so long it is read: a little less than a look may take. */
const enough = 6_000

/** What the log says of trouble, and of the tasks' own turns. */
export async function lookAtLog(
  { aws, stack, since, signal }: Place,
  partly: (text: string) => void,
): Promise<Entry[]> {
  const source = logSource({
    aws,
    group: stack.logGroup,
    signal: AbortSignal.any([signal, AbortSignal.timeout(enough + 1_000)]),
    waiting: (why) => partly(`the log was waited for: ${sentence(why)}`),
    next: `bun runbooks/deploy.ts --environment ${stack.environment}`,
  })
  const began = performance.now()
  const entries: Entry[] = []
  for await (const batch of read(source, { since: since.getTime(), follow: false })) {
    entries.push(...batch.flatMap(lineEntry))
    const last = entries.at(-1)?.at ?? new Date(batch.at(-1)!.at).toISOString()
    if (entries.length > most || performance.now() - began > enough) {
      partly(`the log is long, and was read to ${last}; monitor.ts logs reads on`)
      break
    }
  }
  return entries.slice(0, most)
}
