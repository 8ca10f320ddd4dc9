import type { Sink } from '../events'
import type { Outlet } from './outlet'

/** One JSON object a line, and nothing else. The last is the result, in the form that pipelines rely on. */
export function ndjson(stdout: Outlet): Sink {
  return {
    take({ at, ...event }) {
      const { custom: _, ...shown } = event as Record<string, unknown>
      const line = event.type === 'result' ? shown : { ...shown, at }
      stdout.write(`${JSON.stringify(line)}\n`)
    },
  }
}
