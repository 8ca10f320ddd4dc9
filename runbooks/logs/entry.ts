import { jsonObject } from '../core/json-object'
/** One event of a log group, as CloudWatch hands it out. */
export interface LogEvent {
  /** CloudWatch's own; the same event has it in every answer. */
  id: string
  /** When it was written, in milliseconds. */
  at: number
  /** When CloudWatch had it. */
  ingested: number
  stream: string
  message: string
}

export const levels = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]

/** What an event says. */
export interface Entry {
  level: Level
  /** The chatbot's own name for it; undefined where a line has none. */
  event: string | undefined
  fields: Record<string, unknown>
}

/**
 * A line read by its structure. What is no JSON was printed by something that does not log, such as a crash: it counts as
 * an error. CloudWatch's own metric lines have no level, and count least.
 */
export function entryOf(message: string): Entry {
  const fields = jsonObject(message)
  if (!fields) return { level: 'error', event: undefined, fields: {} }
  if ('_aws' in fields) return { level: 'debug', event: 'metrics', fields }
  const level = levels.find((one) => one === fields.level) ?? 'info'
  return { level, event: typeof fields.event === 'string' ? fields.event : undefined, fields }
}
