import { exitCodes } from '../errors'
import type { KitEvent, Sink } from '../events'
import { failure } from './lines'
import type { Outlet } from './outlet'
import { uncoloured } from './style'

/** One JSON object a line, and nothing else on stdout. The last is the result, in the form that pipelines rely on. */
export function ndjson(stdout: Outlet, stderr: Outlet): Sink {
  return {
    take({ at, ...event }) {
      const { custom: _, ...shown } = event as Record<string, unknown>
      const lines =
        event.type === 'logs'
          ? (event as KitEvent & { type: 'logs' }).lines.map((line) => ({ type: 'log', ...line }))
          : [event.type === 'result' ? shown : { ...shown, at }]
      stdout.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      // A pipeline that keeps stdout for a program still shows a person why it failed.
      if (event.type !== 'error') return
      // Whoever closed the output knows that it ended.
      if (stdout.closed.aborted && event.exitCode === exitCodes.interrupted) return
      stderr.write(`${failure(event as never, uncoloured, 100).join('\n')}\n`)
    },
    drained: () => stdout.drained(),
  }
}
