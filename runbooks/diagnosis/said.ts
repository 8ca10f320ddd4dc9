import { minutesBetween, seen } from './rule'
import type { Snapshot } from './snapshot'

/** A line of the chatbot's own log, read by its structure: what a customer wrote can never be its event. */
export interface Said {
  line: string
  kind: string | undefined
  /** Message and code of the error that it gives, and of what caused that. */
  error: string
}

interface Entry {
  event?: unknown
  kind?: unknown
  error?: Described
  connection?: Described
}
interface Described {
  message?: unknown
  code?: unknown
  cause?: Described
}

/** The last word about a part that went away, unless it has said since that it is back. */
export function lastSaid(
  snapshot: Snapshot,
  { away, back }: { away: string; back?: string },
): Said | undefined {
  const said = (seen(snapshot, 'errors') ?? [])
    .flatMap(({ at, text }) => {
      const entry = parsed(text)
      return entry?.event === away || (back && entry?.event === back) ? [{ at, text, entry }] : []
    })
    .sort((a, b) => a.at.localeCompare(b.at))
  const last = said.at(-1)
  if (!last || last.entry.event !== away) return undefined
  return saidIn(last.text, last.entry)
}

const saidIn = (line: string, { kind, error, connection }: Entry): Said => ({
  line,
  kind: typeof kind === 'string' ? kind : undefined,
  error: [...messages(error), ...messages(connection)].join(': '),
})

/** Every word about a part that went away within so many minutes, whether it came back or not, by tasks that run still. */
export function saidLately(snapshot: Snapshot, event: string, minutes: number): Said[] {
  const running = new Set(
    seen(snapshot, 'tasks')?.flatMap(({ id, status }) => (status === 'RUNNING' ? [id] : [])),
  )
  return (seen(snapshot, 'errors') ?? []).flatMap(({ at, text, task }) => {
    const entry = parsed(text)
    return running.has(task) && entry?.event === event && minutesBetween(at, snapshot.at) <= minutes
      ? [saidIn(text, entry)]
      : []
  })
}

function messages(error: Described | undefined, depth = 0): string[] {
  if (!error || typeof error !== 'object' || depth > 4) return []
  return [error.code, error.message]
    .filter((one) => typeof one === 'string')
    .concat(messages(error.cause, depth + 1))
}

function parsed(text: string): Entry | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return value && typeof value === 'object' ? (value as Entry) : undefined
  } catch {
    return undefined
  }
}
