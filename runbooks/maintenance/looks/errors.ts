import { read } from '../../logs/read'
import { logSource } from '../../logs/source'
import type { Check } from '../check'
import { judgeErrors, kindsOfErrors } from '../judges/errors'

const week = 7 * 86_400_000
/** So long a week's log is read; CloudWatch looks for the word itself. */
const enough = 60_000

export const errors: Check = {
  id: 'errors',
  title: 'Errors in the logs of a week',
  async look({ aws, stack, now, signal }) {
    const kinds = kindsOfErrors()
    const since = now.getTime() - week
    const next = `bun runbooks/deploy.ts --environment ${stack.environment}`
    const source = logSource({ aws, group: stack.logGroup, signal, word: 'error', waiting: () => {}, next })
    const began = performance.now()
    let partly: string | undefined
    for await (const batch of read(source, { since, follow: false })) {
      for (const line of batch) kinds.take(line)
      if (performance.now() - began < enough) continue
      partly = `read to ${new Date(batch.at(-1)!.at).toISOString()} only`
      break
    }
    return judgeErrors(kinds.list(), stack.environment, partly)
  },
}
