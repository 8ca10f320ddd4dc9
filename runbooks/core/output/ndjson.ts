import type { Sink } from '../events'
import { failure } from './lines'
import type { Outlet } from './outlet'
import { uncoloured } from './style'

/** One JSON object a line, and nothing else on stdout. The last is the result, in the form that pipelines rely on. */
export function ndjson(stdout: Outlet, stderr: Outlet): Sink {
  return {
    take({ at, ...event }) {
      const { custom: _, ...shown } = event as Record<string, unknown>
      const line = event.type === 'result' ? shown : { ...shown, at }
      stdout.write(`${JSON.stringify(line)}\n`)
      // A pipeline that keeps stdout for a program still shows a person why it failed.
      if (event.type === 'error') stderr.write(`${failure(event as never, uncoloured, 100).join('\n')}\n`)
    },
  }
}
